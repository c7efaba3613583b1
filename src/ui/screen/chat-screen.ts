import {sanitize} from '../sanitize.ts'
import type {Style} from '../style.ts'
import type {ChatDesk, ChatScreenOptions} from './chat-desk.ts'
import {createComposer} from './composer.ts'
import {editOutside} from './edit-outside.ts'
import type {KeyEvent} from './key-event.ts'
import {readKeys} from './key-reader.ts'
import {liveView, SPIN_MS, type Live, type LiveParts} from './live-view.ts'
import {createMessages, type Message} from './messages.ts'
import {wrapRows} from './painted.ts'
import {createQuestionDesk} from './question-desk.ts'
import type {Question, Reply} from './question.ts'
import {createScreen} from './screen.ts'
import {takeTerminal} from './terminal.ts'
import {obeyWish} from './wishes.ts'

/** A conversation on a terminal: finished text above, and below it what is being written, by either side. */
export type ChatScreen = {
  readonly columns: number
  /** Finished, painted lines: written once. */
  print: (lines: readonly string[]) => void
  /** The lines of what is still being written; they are replaced by the next ones. */
  open: (lines: readonly string[]) => void
  /** What is waited for; undefined when nothing is. */
  busy: (what: string | undefined) => void
  /** The status line, the most important part first. */
  status: (parts: readonly string[]) => void
  /** The next message that the person sends; undefined when they leave. */
  next: () => Promise<string | undefined>
  /** Puts a message back where it was written, unless something else is being written there. */
  putBack: (text: string) => void
  /** @returns undefined when the question is left without an answer */
  ask: (question: Question, signal: AbortSignal) => Promise<Reply | undefined>
  /** Tells a person who looks elsewhere. */
  notify: (text: string) => void
  /** The person is taken to have left. */
  leave: () => void
  /** Gives the terminal back; what is finished stays. */
  close: () => void
}

export function openChatScreen(options: ChatScreenOptions): ChatScreen {
  const desk = openDesk(options)
  const {live, composer, question, messages, screen} = desk
  const stopKeys = readKeys(options.input, (event) => onKey(desk, event))
  const stopSpinner = spin(desk)
  screen.flush()
  const show = (change: Partial<Live>) => {
    Object.assign(live, change)
    screen.refresh()
  }
  return {
    get columns() {
      return screen.size.columns
    },
    print: screen.print,
    open: (lines) => show({open: lines}),
    busy: (what) => show({busy: what === undefined ? undefined : {what, since: live.busy?.since ?? performance.now()}}),
    status: (parts) => show({status: parts}),
    async next() {
      const message = await messages.next()
      if (message) screen.print(messageLines(message, screen.size.columns, options.style))
      return message?.text
    },
    putBack(text) {
      if (composer.editor.isEmpty()) composer.editor.set(text)
      screen.refresh()
    },
    ask: question.ask,
    notify(text) {
      if (!live.isFocused) options.output.write(`\u0007\u001B]9;${sanitize(text)}\u0007`)
    },
    leave: desk.leave,
    close() {
      stopSpinner()
      stopKeys()
      screen.close()
      desk.modes.release()
    },
  }
}

function spin({live, screen}: ChatDesk): () => void {
  const timer = setInterval(() => live.busy && screen.refresh(), SPIN_MS)
  timer.unref()
  return () => clearInterval(timer)
}

function openDesk(options: ChatScreenOptions): ChatDesk {
  const parts = createParts(options, () => screen.refresh())
  const screen = createScreen(options.output, (size) => liveView(parts, size))
  const modes = takeTerminal({
    input: options.input,
    fd: options.output.fd,
    env: options.env,
    onSuspend: screen.pause,
    onResume: screen.resume,
  })
  const leave = () => {
    if (parts.live.busy) options.onStop()
    parts.messages.leave()
  }
  const leaving = {askedMs: Number.NEGATIVE_INFINITY}
  const desk: ChatDesk = {...parts, options, screen, modes, leaving, leave, outside: () => void writeOutside(desk)}
  return desk
}

function onKey(desk: ChatDesk, event: KeyEvent): void {
  const {live, composer, question, screen} = desk
  if (event.type === 'focus') {
    live.isFocused = event.focused
    return
  }
  live.keyMs = performance.now()
  live.note = ''
  const wish = composer.handle(event, screen.size)
  question.follow(event)
  if (wish) obeyWish(desk, wish)
  screen.refresh()
}

function createParts(options: ChatScreenOptions, changed: () => void): LiveParts {
  const {history, candidates, style} = options
  const messages = createMessages()
  const hasQueue = () => messages.waiting.length > 0
  const composer = createComposer({history, candidates, style, changed, hasQueue})
  const question = createQuestionDesk(composer.editor, changed)
  const live: Live = {open: [], busy: undefined, status: [], note: '', keyMs: Number.NEGATIVE_INFINITY, isFocused: true}
  return {live, composer, question, messages, style}
}

function messageLines({shown}: Message, columns: number, style: Style): string[] {
  const rows = sanitize(shown)
    .split('\n')
    .flatMap((line) => wrapRows(line.replaceAll('\t', '    '), Math.max(10, columns - 3)))
  return ['', ...rows.map((row, index) => (index === 0 ? `${style.cyan('›')} ${row}` : `  ${row}`)), '']
}

async function writeOutside({composer, screen, modes, live, options}: ChatDesk): Promise<void> {
  screen.pause()
  modes.giveBack()
  try {
    const written = await editOutside(composer.editor.text(), options.env)
    if ('problem' in written) live.note = written.problem
    else composer.editor.set(written.text)
  } catch (error) {
    live.note = error instanceof Error ? error.message : String(error)
  } finally {
    modes.take()
    screen.resume()
  }
}
