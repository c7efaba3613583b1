import {closeSync, openSync, readdirSync, readSync} from 'node:fs'
import {join} from 'node:path'
import {projectFolder, sessionsIn, type SessionFile} from '../sessions/location.ts'
import type {Facts} from './facts.ts'
import type {Candidate} from './reply.ts'

const MOST = 30
/** Where the first prompt of a session is, unless it is very long. */
const BEGINNING = 4_096

/** Sessions of this project, newest first; those of other projects when the beginning of an id asks for them. */
export function sessionIds(facts: Facts, current: string): Candidate[] {
  const own = sessionsIn(projectFolder(facts.homes.data, facts.project())).filter(({id}) => id.startsWith(current))
  const found = own.length > 0 || current === '' ? own : elsewhere(facts, current)
  return found
    .slice(0, MOST)
    .map((session) => ({value: session.id, description: `${age(session)}  ${firstPrompt(session)}`}))
}

function elsewhere({homes}: Facts, current: string): SessionFile[] {
  const base = join(homes.data, 'sessions')
  const files = readdirSync(base).flatMap((project) => sessionsIn(join(base, project)))
  return files.filter(({id}) => id.startsWith(current)).sort((one, other) => other.modifiedMs - one.modifiedMs)
}

function age({modifiedMs}: SessionFile): string {
  const minutes = Math.max(0, Math.round((Date.now() - modifiedMs) / 60_000))
  if (minutes < 60) return `${minutes} min ago`
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h ago` : `${Math.round(minutes / 1440)} days ago`
}

function firstPrompt({path}: SessionFile): string {
  const lines = beginning(path).split('\n')
  const user = lines.find((line) => line.startsWith('{"type":"user"'))
  const text = /"type":"text","text":"((?:[^"\\]|\\.)*)/.exec(user ?? '')?.[1] ?? ''
  return text
    .replaceAll(/\\[nrt]/g, ' ')
    .replaceAll(/\\u[\da-f]{4}/gi, '')
    .replaceAll(/\\(.)/g, '$1')
}

function beginning(path: string): string {
  const descriptor = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(BEGINNING)
    return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, BEGINNING, 0))
  } finally {
    closeSync(descriptor)
  }
}
