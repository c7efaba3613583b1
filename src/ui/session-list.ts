import {homes} from '../paths.ts'
import {allSessions, type SessionSummary} from '../sessions/list.ts'
import {idLengthFor, sessionLines} from './session-lines.ts'
import {styleFor, type Output} from './style.ts'

type Listed = {
  sessions: readonly SessionSummary[]
  /** Older ones that are not shown. */
  left: number
  all: boolean
}

/** What `session list` says: the table on standard output, what can be done with it beside. */
export function listReport({sessions, left, all}: Listed, output: Output): {lines: string[]; talk: string[]} {
  const files = allSessions(homes().data)
  const [first] = sessions
  if (!first) return {lines: [], talk: emptyList(all ? 0 : files.length)}
  const idLength = idLengthFor(files.map(({id}) => id))
  const style = styleFor(output, process.env)
  const columns = output.isTTY ? output.columns : undefined
  const lines = sessionLines(sessions, {columns, style, now: Date.now(), withProject: all, idLength})
  const usable = sessions.find(({turns, inUse}) => turns !== 0 && !inUse) ?? first
  const id = usable.id.slice(0, idLength)
  const more = left > 0 ? [`${left} older ${left === 1 ? 'one is' : 'ones are'} not shown: --limit 0`] : []
  const uncounted = sessions.some(({turns, unreadable}) => turns === undefined && unreadable === undefined)
  const later = uncounted ? ['Some large ones were not read yet ("–"): the next list knows more.'] : []
  const talk = ['', ...more, ...later, `vibe chat --resume ${id}`, `vibe session export ${id}`]
  return {lines, talk: output.isTTY ? talk : [...more, ...later]}
}

function emptyList(elsewhere: number): string[] {
  return [
    elsewhere > 0 ? 'There is no session of this project yet.' : 'There is no session yet.',
    ...(elsewhere > 0 ? [`${elsewhere} of other projects: vibe session list --all`] : []),
    'Start one with: vibe chat',
  ]
}
