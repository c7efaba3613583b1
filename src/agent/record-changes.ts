import {applyChanges, recordChanges} from '../edits/journal/apply.ts'
import type {EntryLabel} from '../edits/journal/entry.ts'
import {journalPlace} from '../edits/journal/store.ts'
import type {WatchOptions} from '../tools/command-watch.ts'
import type {ToolContext} from '../tools/tool.ts'

export type Recording = {
  /** vibe's data folder. */
  data: string
  /** The project's real path. */
  root: string
  session: string
  /** Changes of one turn are taken back together. */
  turn: number
  /** What the user asked for: the name of the step in the list of changes. */
  prompt: string
}

/** What lets tools change files: whole or not at all, on record under the turn in which they do it. */
export function recordedApply({data, root, session, turn, prompt}: Recording): ToolContext['apply'] {
  const place = journalPlace(data, root)
  const title = titleOf(prompt)
  return async (changes, {tool, signal}) => {
    const label: EntryLabel = {kind: 'change', title, session, turn, tool}
    await applyChanges({place, changes, label, signal})
  }
}

/** Puts what a command has changed on record under its turn. @param recording asked at the time, for the turn that runs */
export function recordedCommands(recording: () => Recording): WatchOptions['record'] {
  return async ({changes, newFolders}) => {
    const {data, root, session, turn, prompt} = recording()
    const label: EntryLabel = {kind: 'command', title: titleOf(prompt), session, turn, tool: 'shell'}
    const place = journalPlace(data, root)
    await recordChanges({place, changes, label, signal: AbortSignal.timeout(RECORD_MS), madeFolders: newFolders})
  }
}

const RECORD_MS = 30_000

const TITLE_LENGTH = 60

function titleOf(prompt: string): string {
  const line = prompt.trim().split('\n', 1)[0] ?? ''
  const [...characters] = line
  if (characters.length <= TITLE_LENGTH) return line === '' ? 'a turn' : line
  return `${characters.slice(0, TITLE_LENGTH - 1).join('')}…`
}
