import {writeSync} from 'node:fs'
import type {Environment} from '../../paths.ts'

export type TerminalInput = {
  isRaw?: boolean
  setRawMode: (raw: boolean) => unknown
  on: (event: 'data', listener: (bytes: Buffer) => void) => unknown
  off: (event: 'data', listener: (bytes: Buffer) => void) => unknown
  resume: () => unknown
  pause: () => unknown
}

export type TerminalModes = {
  /** Raw keys, bracketed paste, keys with all their modifiers, and word of the window's focus. */
  take: () => void
  /** Everything as it was found. May be called at any time, also twice. */
  giveBack: () => void
  /** Stops the process as Ctrl-Z does in other programs; comes back with `fg`. */
  suspend: () => void
  /** Gives back, and forgets the ends of the process that were listened for. */
  release: () => void
}

export type TerminalOptions = {
  input: TerminalInput
  /** Of the terminal: what is written at the end of a process must not wait. */
  fd: number
  env: Environment
  onSuspend: () => void
  onResume: () => void
}

const ENDINGS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const
/** Where nobody can stop a process, it goes on after this. */
const NOT_STOPPED_MS = 250

/** Takes the terminal, and gives it back after every kind of end but SIGKILL. */
export function takeTerminal(options: TerminalOptions): TerminalModes {
  const {input, fd} = options
  const {on, off} = sequencesFor(options.env)
  let isTaken = false
  const take = () => {
    if (isTaken) return
    isTaken = true
    input.setRawMode(true)
    input.resume()
    write(fd, on)
  }
  const giveBack = () => {
    if (!isTaken) return
    isTaken = false
    write(fd, off)
    input.setRawMode(false)
    input.pause()
  }
  const releaseStops = listenForStops({take, giveBack, ...options})
  const releaseEnds = listenForEnds(giveBack)
  take()
  return {
    take,
    giveBack,
    suspend: () => void process.kill(process.pid, 'SIGTSTP'),
    release() {
      giveBack()
      releaseStops()
      releaseEnds()
    },
  }
}

function sequencesFor(env: Environment): {on: string; off: string} {
  const end = '\u001B[?7h\u001B[?25h\u001B[0m'
  // The console of Linux prints what it does not know.
  if (env['TERM'] === 'linux') return {on: '\u001B[?2004h', off: `\u001B[?2004l${end}`}
  return {
    on: '\u001B[?2004h\u001B[?1004h\u001B[>1u\u001B[>4;1m',
    off: `\u001B[>4;0m\u001B[<u\u001B[?1004l\u001B[?2004l${end}`,
  }
}

/** Before the last words of a crash, at the end, and when a signal ends us that nobody else listens to any more. */
function listenForEnds(giveBack: () => void): () => void {
  const onSignal = (name: NodeJS.Signals) => {
    if (process.listenerCount(name) > 1) return
    giveBack()
    process.off(name, onSignal)
    process.kill(process.pid, name)
  }
  process.on('exit', giveBack)
  process.on('uncaughtExceptionMonitor', giveBack)
  for (const name of ENDINGS) process.on(name, onSignal)
  return () => {
    process.off('exit', giveBack)
    process.off('uncaughtExceptionMonitor', giveBack)
    for (const name of ENDINGS) process.off(name, onSignal)
  }
}

type Stops = Pick<TerminalModes, 'take' | 'giveBack'> & Pick<TerminalOptions, 'onSuspend' | 'onResume'>

/** A stop from within or without: the shell finds its terminal as it left it. */
function listenForStops({take, giveBack, onSuspend, onResume}: Stops): () => void {
  if (process.platform === 'win32') return () => undefined
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  const onStop = () => {
    if (isStopped) return
    isStopped = true
    onSuspend()
    giveBack()
    process.off('SIGTSTP', onStop)
    // The whole foreground job, since npm or a script may be around us.
    process.kill(0, 'SIGTSTP')
    timer = setTimeout(onContinue, NOT_STOPPED_MS)
  }
  const onContinue = () => {
    clearTimeout(timer)
    if (!isStopped) return
    isStopped = false
    process.on('SIGTSTP', onStop)
    take()
    onResume()
  }
  process.on('SIGTSTP', onStop)
  process.on('SIGCONT', onContinue)
  return () => {
    clearTimeout(timer)
    process.off('SIGTSTP', onStop)
    process.off('SIGCONT', onContinue)
  }
}

function write(fd: number, bytes: string): void {
  try {
    writeSync(fd, bytes)
  } catch {
    // The terminal is gone, or full of what it cannot show: nothing else can be done for it.
  }
}
