import type {Style} from '../style.ts'
import type {Candidates} from './completion.ts'
import type {Editor} from './editor.ts'
import type {History} from './history.ts'
import type {HistorySearch, HistoryWalk} from './history-walk.ts'
import type {Menu} from './menu.ts'

/** What a key asked for beyond the text. */
export type Wish =
  /** `shown` is the text as it stood there, with the labels of what was pasted. */
  | {kind: 'send'; text: string; shown: string}
  | {kind: 'interrupt'}
  | {kind: 'escape'}
  | {kind: 'leave'}
  | {kind: 'suspend'}
  | {kind: 'outside'}
  | {kind: 'repaint'}
  /** Up, on the first row, with nothing older: queued messages may come back. */
  | {kind: 'recall'}

export type ComposerOptions = {
  history: History
  candidates: Candidates
  style: Style
  changed: () => void
  /** Whether a message waits to be sent, so that Up brings it back first. */
  hasQueue: () => boolean
}

export type ComposerState = {
  editor: Editor
  menu: Menu
  walk: HistoryWalk
  search: HistorySearch | undefined
  sheet: boolean
  /** Ctrl-X was pressed, which Ctrl-E may follow. */
  prefix: boolean
  discarded: string[]
  options: ComposerOptions
}
