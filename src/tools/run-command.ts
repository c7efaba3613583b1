import type {ChildProcess} from 'node:child_process'
import {keepOutput, type KeptOutput} from './kept-output.ts'
import {endGroup, endLeftovers, KILL_AFTER_MS, spawnGroup, type GroupOptions} from './process-group.ts'

const HEAD_CHARACTERS = 10_000
const TAIL_CHARACTERS = 20_000
const LIVE_CHARACTERS = 256 * 1024
/** How long output may still arrive after the command itself has ended. */
const DRAIN_MS = 250
/** How long a cancelled command may take to say its last words before we go on without it. */
const CANCEL_MS = 40

export type ProgramRun = GroupOptions & {
  /** Absolute. */
  program: string
  args: readonly string[]
  timeoutMs: number
  signal: AbortSignal
  onOutput: (stream: 'stdout' | 'stderr', text: string) => void
}

export type Command = Omit<ProgramRun, 'program' | 'args'> & {bash: string; command: string}

export type CommandResult = {
  end: 'exited' | 'timed-out' | 'cancelled' | 'not-started'
  code: number | null
  signal: NodeJS.Signals | null
  ms: number
  output: string
  /** Processes that outlived the command and were ended with it. */
  leftovers: boolean
  problem?: string
}

/** Runs a bash command, without anybody's start-up files, as `runProgram` does. */
export function runCommand({bash, command, ...run}: Command): Promise<CommandResult> {
  return runProgram({...run, program: bash, args: ['--noprofile', '--norc', '-c', command]})
}

/**
 * Runs one program in its own process group and always comes back: at its end, at the timeout, or within a tenth of a
 * second of the abort, whatever its children do with their pipes.
 */
export async function runProgram(run: ProgramRun): Promise<CommandResult> {
  const started = performance.now()
  const child = spawnGroup(run.program, run.args, {cwd: run.cwd, env: run.env})
  const kept = collect(child, run.onOutput)
  const closed = new Promise<void>((done) => child.once('close', () => done()))
  const ended = new Promise<Exit>((done) => {
    child.once('exit', (code, signal) => done({code, signal}))
    child.once('error', (error) => done({code: null, signal: null, problem: error.message}))
  })
  const interruption = interruptible(run)
  const first = await Promise.race([ended, interruption.happened])
  interruption.dispose()
  try {
    const how =
      typeof first === 'string'
        ? await endEarly(child, first, {over: Promise.all([ended, closed]), signal: run.signal})
        : await finish(child, first, closed)
    return {...how, ms: performance.now() - started, output: kept.text()}
  } finally {
    child.stdout?.destroy()
    child.stderr?.destroy()
    child.unref()
  }
}

type Exit = Pick<CommandResult, 'code' | 'signal' | 'problem'>
type How = Omit<CommandResult, 'ms' | 'output'>

async function finish(child: ChildProcess, exit: Exit, closed: Promise<void>): Promise<How> {
  if (child.pid === undefined) return {end: 'not-started', leftovers: false, ...exit}
  const leftovers = endLeftovers(child.pid)
  await within(closed, DRAIN_MS)
  return {end: 'exited', leftovers, ...exit}
}

async function endEarly(
  child: ChildProcess,
  end: 'timed-out' | 'cancelled',
  wait: {over: Promise<unknown>; signal: AbortSignal},
): Promise<How> {
  if (child.pid !== undefined) endGroup(child.pid)
  if (end === 'cancelled') await within(wait.over, CANCEL_MS)
  else await within(Promise.race([wait.over, aborted(wait.signal)]), KILL_AFTER_MS + DRAIN_MS)
  return {end, code: child.exitCode, signal: child.signalCode, leftovers: false}
}

/** Both streams in the order they arrive: kept within bounds, and passed on live up to a limit. */
function collect(child: ChildProcess, onOutput: ProgramRun['onOutput']): KeptOutput {
  const kept = keepOutput(HEAD_CHARACTERS, TAIL_CHARACTERS)
  let live = LIVE_CHARACTERS
  for (const name of ['stdout', 'stderr'] as const) {
    const decoder = new TextDecoder()
    child[name]?.on('data', (chunk: Buffer) => {
      const text = decoder.decode(chunk, {stream: true})
      kept.add(text, chunk.length)
      if (text !== '' && live > 0) onOutput(name, text.slice(0, live))
      live -= text.length
    })
    child[name]?.on('error', () => child[name]?.destroy())
  }
  return kept
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    signal.addEventListener('abort', () => done(), {once: true})
    if (signal.aborted) done()
  })
}

type Interruption = {happened: Promise<'timed-out' | 'cancelled'>; dispose: () => void}

function interruptible({signal, timeoutMs}: ProgramRun): Interruption {
  let dispose = () => {}
  const happened = new Promise<'timed-out' | 'cancelled'>((done) => {
    const cancel = () => done('cancelled')
    const timer = setTimeout(() => done('timed-out'), timeoutMs)
    signal.addEventListener('abort', cancel, {once: true})
    if (signal.aborted) cancel()
    dispose = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', cancel)
    }
  })
  return {happened, dispose: () => dispose()}
}

async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>((done) => {
    timer = setTimeout(done, ms)
  })
  await Promise.race([work, limit])
  clearTimeout(timer)
}
