import {realpathSync} from 'node:fs'
import {homes, type Environment} from '../paths.ts'
import {createSearchClient} from '../search/client.ts'
import type {Answer, Wish} from '../search/messages.ts'
import {bytesText} from './figures.ts'
import {sanitize} from './sanitize.ts'
import {shortHome} from './short-path.ts'
import {styleFor, type Output} from './style.ts'

export type SearchFace = {cwd: string; env: Environment; signal: AbortSignal; talk: Output}

const SHOW_AFTER_MS = 300

/** Asks the index of the folder once; while it reads many files, a line on a terminal says how far it is. */
export async function askIndex(wish: Wish, {cwd, env, signal, talk}: SearchFace): Promise<Answer> {
  const client = createSearchClient({cache: homes(env).cache, project: {root: realpathSync(cwd), env: {...env}}})
  const progress = progressLine(talk)
  try {
    return await client.ask(wish, {signal, onProgress: progress.show})
  } finally {
    progress.clear()
    await client.close()
  }
}

function progressLine(talk: Output) {
  const started = performance.now()
  let isShown = false
  return {
    show: (done: number, total: number) => {
      if (talk.isTTY !== true || performance.now() - started < SHOW_AFTER_MS) return
      isShown = true
      talk.write(`\r\u001B[KIndexing ${done} of ${total} files…`)
    },
    clear: () => {
      if (isShown) talk.write('\r\u001B[K')
    },
  }
}

/** Each file with the lines that answer best. */
export function hitLines({hits}: Answer, out: Output, env: Environment): string[] {
  const style = styleFor(out, env)
  const width = out.isTTY && out.columns ? out.columns : Number.POSITIVE_INFINITY
  if (hits.length === 0) return ['Nothing matches.']
  return hits.flatMap(({path, lines}) => [
    style.bold(oneLine(path)),
    ...lines.map(({line, text}) => `${style.dim(String(line).padStart(6))}  ${cut(oneLine(text.trim()), width - 9)}`),
  ])
}

/** What people should know of the index besides its answer. */
export function indexNotes({update, status}: Answer): string[] {
  return [
    ...status.notes.map((note) => sanitize(note)),
    ...(update.partial ? ['This folder has too many files: some were left out.'] : []),
  ]
}

function oneLine(text: string): string {
  return sanitize(text).replaceAll(/[\n\t]/g, ' ')
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1)).toWellFormed()}…`
}

export type IndexFacts = {
  files: number
  sourceBytes: number
  bytes?: number
  commits: number
  changed: number
  removed: number
  skipped: number
  folder: string
}

export function statusLines(facts: IndexFacts, env: Environment): string[] {
  const {files, sourceBytes, bytes, commits, changed, removed, skipped, folder} = facts
  const size = bytes === undefined ? 'in memory only' : `${bytesText(bytes)} in ${shortHome(sanitize(folder), env)}`
  return [
    `${count(files, 'file')} with ${bytesText(sourceBytes)}, ${count(commits, 'commit')}`,
    `Index: ${size}`,
    ...(changed + removed > 0 ? [`Just now: ${count(changed, 'file')} read, ${removed} forgotten`] : []),
    ...(skipped > 0 ? [`Left out: ${count(skipped, 'file')} (links, secrets, not readable)`] : []),
  ]
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
