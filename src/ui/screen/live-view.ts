import {sanitize} from '../sanitize.ts'
import type {Style} from '../style.ts'
import type {Composer} from './composer.ts'
import type {Place, Size} from './frame.ts'
import type {Messages} from './messages.ts'
import {clipPainted, tailPainted} from './painted.ts'
import type {QuestionDesk} from './question-desk.ts'
import {statusLine} from './status-line.ts'

/** Everything that changes, from the open block down to the status line. */
export type Live = {
  /** Painted lines of what is still being written. */
  open: () => readonly string[]
  /** What is waited for, since when in milliseconds. */
  busy: {what: string; since: number} | undefined
  status: readonly string[]
  /** In place of the status line. */
  note: string
  /** When the last key came, in milliseconds. */
  keyMs: number
  /** Whether the window is looked at; taken to be where the terminal does not say. */
  isFocused: boolean
}

export type LiveParts = {
  live: Live
  composer: Composer
  question: QuestionDesk
  messages: Messages
  style: Style
}

const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'
export const SPIN_MS = 120
/** So long after the last key the cursor rests at the text that grows, where a change of the width cannot harm. */
const TYPING_MS = 1000
const SHOWN_MESSAGES = 3
/** Terminals are seldom narrower. */
const NARROW = 40

export function liveView({live, composer, question, messages, style}: LiveParts, size: Size) {
  const open = live.open()
  const above = [
    ...open,
    ...(live.busy && !question.isOpen ? [busyLine(live.busy, style)] : []),
    ...waitingLines(messages, style),
    ...question.lines(),
  ]
  const hint = live.busy && !question.isOpen ? 'type the next message' : ''
  const {lines, cursor} = composer.view(size, hint)
  const status = live.note === '' ? statusLine(live.status, size.columns) : sanitize(live.note)
  const below = status === '' ? [] : [style.dim(status)]
  const now = performance.now()
  const isWatching = live.busy !== undefined && open.length > 0 && now - live.keyMs > TYPING_MS
  const place: Place | undefined =
    isWatching && composer.editor.isEmpty() && !question.isOpen
      ? undefined
      : {row: above.length + cursor.row, column: cursor.column}
  // Above a cursor that is elsewhere nothing may be wrapped anew by a terminal that becomes narrower.
  const safe = place && open.length > 0 ? above.map((line) => tailPainted(line, NARROW - 1)) : above
  return {live: [...safe, ...lines, ...below], cursor: place}
}

function busyLine({what, since}: {what: string; since: number}, style: Style): string {
  const ms = performance.now() - since
  const sign = SPINNER[Math.floor(ms / SPIN_MS) % SPINNER.length] ?? ''
  return style.dim(`${sign} ${sanitize(what)} · ${Math.floor(ms / 1000)}s · esc stops`)
}

function waitingLines({waiting}: Messages, style: Style): string[] {
  const shown = waiting.slice(0, SHOWN_MESSAGES)
  const lines = shown.map(({shown: text}) => style.dim(`next: ${sanitize(text.replaceAll('\n', ' ⏎ '))}`))
  const rest = waiting.length - shown.length
  if (rest > 0) lines.push(style.dim(`and ${rest} more`))
  return lines.length === 0 ? [] : lines.map((line) => clipPainted(line, 500))
}
