import type {Environment} from '../../paths.ts'
import type {Style} from '../style.ts'
import type {Candidates} from './completion.ts'
import type {History} from './history.ts'
import type {LiveParts} from './live-view.ts'
import type {Screen, ScreenOutput} from './screen.ts'
import type {TerminalInput, TerminalModes} from './terminal.ts'

export type ChatScreenOptions = {
  input: TerminalInput
  output: ScreenOutput
  /** The descriptor of the output, for what must be written while the process ends. */
  fd: number
  env: Environment
  style: Style
  history: History
  candidates: Candidates
  /** Esc or Ctrl-C while something is under way. */
  onStop: () => void
}

/** What the keys of a chat work on. */
export type ChatDesk = LiveParts & {
  options: ChatScreenOptions
  screen: Screen
  modes: TerminalModes
  /** When Ctrl-C was told to be pressed again, in milliseconds. */
  leaving: {askedMs: number; stopping?: {since: number; presses: number; pressedMs: number}}
  leave: () => void
  keys: {start: () => void; stop: () => void}
  /** Lets the person write in their own editor. */
  outside: () => void
}
