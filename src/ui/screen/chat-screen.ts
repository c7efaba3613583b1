import {sanitize} from '../sanitize.ts'
import type {Style} from '../style.ts'
import type {ChatDesk, ChatScreenOptions} from './chat-desk.ts'
import {createComposer} from './composer.ts'
import {editOutside} from './edit-outside.ts'
import type {Size} from './frame.ts'
import type {KeyEvent} from './key-event.ts'
import {readKeys} from './key-reader.ts'
import {liveView, SPIN_MS, type Live, type LiveParts} from './live-view.ts'
import {createMessages, type Message} from './messages.ts'
import {wrapRows} from './painted.ts'
import {createQuestionDesk} from './question-desk.ts'
import type {Question, Reply} from './question.ts'
import {createScreen, type Screen} from './screen.ts'
import {takeTerminal, type TerminalInput} from './terminal.ts'
import {obeyWish} from './wishes.ts'

/** A conversation on a terminal: finished text above, and below it what is being written, by either side. */
export type ChatScreen = {
  readonly size: Size
  /** Finished, painted lines: written once. */
  print: (lines: readonly string[]) => void
  /** The same for a block of its own: blank lines at its begin are left out below a blank line. */
  block: (lines: readonly string[]) => void
  /** The lines of what is still being written, asked for once a frame, until the next ones. */
  open: (lines: () => readonly string[]) => void
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
  /** Work that reads the terminal and writes on it by itself; what is typed there is its own. */
  outside: <Result>(work: () => Promise<Result>) => Promise<Result>
  /** Paints now what is to be seen. */
  flush: () => void
  /** The person is taken to have left. */
  leave: () => void
  /** Gives the terminal back; what is finished stays. */
  close: () => void
}

export function openChatScreen(options: ChatScreenOptions): ChatScreen {
  const desk = openDesk(options)
  const {live, question, messages, screen} = desk
  desk.keys.start()
  const stopSpinner = spin(desk)
  screen.flush()
  const {print, block} = createPrinter(screen)
  return {
    get size() {
      return screen.size
    },
    print,
    block,
    ...createLiveParts(desk),
    async next() {
      const message = await messages.next()
      if (message) block(messageLines(message, screen.size.columns, options.style))
      return message?.text
    },
    putBack: (text) => putBack(desk, text),
    ask: question.ask,
    notify(text) {
      if (!live.isFocused) options.output.write(`\u0007\u001B]9;${sanitize(text)}\u0007`)
    },
    outside: (work) => runOutside(desk, work),
    flush: screen.flush,
    leave: desk.leave,
    close() {
      stopSpinner()
      desk.keys.stop()
      screen.close()
      desk.modes.release()
    },
  }
}

/** Knows whether the last line was a blank one. */
function createPrinter(screen: Screen): Pick<ChatScreen, 'print' | 'block'> {
  let isBlank = false
  const print = (lines: readonly string[]) => {
    if (lines.length > 0) isBlank = lines.at(-1) === ''
    screen.print(lines)
  }
  return {
    print,
    block(lines) {
      const first = lines.findIndex((line) => line !== '')
      print(isBlank && first > 0 ? lines.slice(first) : lines)
    },
  }
}

function createLiveParts({live, screen}: ChatDesk): Pick<ChatScreen, 'open' | 'busy' | 'status'> {
  const show = (change: Partial<Live>) => {
    Object.assign(live, change)
    screen.refresh()
  }
  return {
    open: (lines) => show({open: lines}),
    busy: (what) => show({busy: busyWith(what, live)}),
    status: (parts) => show({status: parts}),
  }
}

/** The time is counted from the first of several things that are waited for. */
function busyWith(what: string | undefined, live: Live): Live['busy'] {
  return what === undefined ? undefined : {what, since: live.busy?.since ?? performance.now()}
}

function putBack({composer, screen}: ChatDesk, text: string): void {
  if (composer.editor.isEmpty()) composer.editor.set(text)
  screen.refresh()
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
    fd: options.fd,
    env: options.env,
    onSuspend: screen.pause,
    onResume: screen.resume,
  })
  const leave = () => {
    if (parts.live.busy) options.onStop()
    parts.messages.leave()
  }
  const leaving = {askedMs: Number.NEGATIVE_INFINITY}
  const keys = keySwitch(options.input, (event) => onKey(desk, event))
  const desk: ChatDesk = {
    ...parts,
    options,
    keys,
    screen,
    modes,
    leaving,
    leave,
    outside: () => void writeOutside(desk),
  }
  return desk
}

function keySwitch(input: TerminalInput, take: (event: KeyEvent) => void): ChatDesk['keys'] {
  let stop: (() => void) | undefined
  return {
    start: () => void (stop ??= readKeys(input, take)),
    stop() {
      stop?.()
      stop = undefined
    },
  }
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
  const live: Live = {
    open: () => [],
    busy: undefined,
    status: [],
    note: '',
    keyMs: Number.NEGATIVE_INFINITY,
    isFocused: true,
  }
  return {live, composer, question, messages, style}
}

function messageLines({shown}: Message, columns: number, style: Style): string[] {
  const rows = sanitize(shown)
    .split('\n')
    .flatMap((line) => wrapRows(line.replaceAll('\t', '    '), Math.max(10, columns - 3)))
  return ['', ...rows.map((row, index) => (index === 0 ? `${style.cyan('›')} ${row}` : `  ${row}`)), '']
}

async function runOutside<Result>({screen, modes, keys}: ChatDesk, work: () => Promise<Result>): Promise<Result> {
  screen.pause()
  keys.stop()
  modes.giveBack()
  try {
    return await work()
  } finally {
    modes.take()
    keys.start()
    screen.resume()
  }
}

async function writeOutside(desk: ChatDesk): Promise<void> {
  const {composer, live, options, screen} = desk
  try {
    composer.editor.set(await runOutside(desk, () => editOutside(composer.editor.text(), options.env)))
  } catch (error) {
    live.note = error instanceof Error ? error.message : String(error)
  }
  screen.refresh()
}
