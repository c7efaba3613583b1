import {spawn} from '@lydell/node-pty'
import xterm from '@xterm/headless'
import {setTimeout as wait} from 'node:timers/promises'

export type Pty = {
  /** The screen and what scrolled off it, without trailing blanks. */
  text: () => string
  /** Every byte the program wrote. */
  raw: () => string
  /** Types text or keys, as a person's terminal would send them. */
  type: (keys: string) => void
  /** Waits until the screen shows a text. @throws with the screen when it does not within `timeoutMs` */
  see: (expected: string | RegExp, timeoutMs?: number) => Promise<string>
  /** Waits for the end of the program. @throws with the screen when it goes on */
  exit: (timeoutMs?: number) => Promise<number>
  resize: (columns: number, rows: number) => void
  cursorVisible: () => boolean
  /** Where the cursor is, from the top of the screen, and the line it stands on. */
  cursor: () => {row: number; column: number; line: string}
  close: () => void
}

export const KEYS = {
  enter: '\r',
  down: '\x1b[B',
  up: '\x1b[A',
  escape: '\x1b',
  controlC: '\x03',
  controlD: '\x04',
} as const

export type PtyOptions = {cwd: string; env: Record<string, string>; columns?: number; rows?: number}

/** Runs a program in a real pseudo-terminal and reads its screen through a real terminal emulator. */
export function startPty(command: string, args: string[], options: PtyOptions): Pty {
  const {cwd, env, columns = 80, rows = 24} = options
  const terminal = new xterm.Terminal({cols: columns, rows, scrollback: 10_000, allowProposedApi: true})
  const child = spawn(command, args, {cwd, env: {TERM: 'xterm-256color', ...env}, cols: columns, rows})
  let raw = ''
  let code: number | undefined
  child.onData((data) => {
    raw += data
    terminal.write(data)
  })
  child.onExit(({exitCode}) => (code = exitCode))
  const text = () => screenOf(terminal)
  const until = async (ready: () => boolean, what: {expected: string; timeoutMs: number}) => {
    const end = Date.now() + what.timeoutMs
    while (!ready()) {
      if (Date.now() > end) throw new Error(`No ${what.expected} within ${what.timeoutMs} ms. Screen:\n${text()}`)
      await wait(15)
    }
  }
  return {
    text,
    raw: () => raw,
    type: (keys) => child.write(keys),
    see: async (expected, timeoutMs = 15_000) => {
      const found = () => (typeof expected === 'string' ? text().includes(expected) : expected.test(text()))
      await until(found, {expected: String(expected), timeoutMs})
      return text()
    },
    exit: async (timeoutMs = 15_000) => {
      await until(() => code !== undefined, {expected: 'end of the program', timeoutMs})
      return code ?? -1
    },
    resize: (newColumns, newRows) => {
      child.resize(newColumns, newRows)
      terminal.resize(newColumns, newRows)
    },
    cursor: () => {
      const {cursorX, cursorY, baseY} = terminal.buffer.active
      const line = terminal.buffer.active.getLine(baseY + cursorY)?.translateToString(true) ?? ''
      return {row: cursorY, column: cursorX, line}
    },
    cursorVisible: () => raw.lastIndexOf('\x1b[?25l') <= raw.lastIndexOf('\x1b[?25h'),
    close: () => {
      if (code === undefined) child.kill('SIGKILL')
      terminal.dispose()
    },
  }
}

function screenOf(terminal: InstanceType<typeof xterm.Terminal>): string {
  const {active} = terminal.buffer
  const lines = Array.from({length: active.length}, (_, row) => active.getLine(row)?.translateToString(true) ?? '')
  return lines.join('\n').trimEnd()
}
