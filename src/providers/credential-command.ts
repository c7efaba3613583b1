import {spawn} from 'node:child_process'
import type {ChildProcessByStdio} from 'node:child_process'
import {homedir} from 'node:os'
import type {Readable} from 'node:stream'
import {systemCode} from '../errors.ts'
import type {Environment} from '../paths.ts'

const TIMER_MS = 10_000
const LARGEST_OUTPUT = 64_000

export type CommandOptions = {env: Environment; signal: AbortSignal; /** 10 s when absent. */ timeoutMs?: number}
export type CommandOutcome = {output: string} | {reason: string}

/**
 * Runs the user's program that prints a key: as a list of words without a shell, from the home folder (so that no file of a
 * project is started by a relative name), with 10 s and 64 kB at most. Its error output is never shown: it may hold the key.
 * @throws the signal's reason when it aborts
 */
export async function runCredentialCommand(
  command: readonly string[],
  options: CommandOptions,
): Promise<CommandOutcome> {
  options.signal.throwIfAborted()
  const [program, ...args] = command
  if (program === undefined || program === '') return {reason: 'the command is empty'}
  const outcome = await outcomeOf(program, args, options)
  options.signal.throwIfAborted()
  return outcome
}

function outcomeOf(program: string, args: string[], options: CommandOptions): Promise<CommandOutcome> {
  const {signal, timeoutMs = TIMER_MS} = options
  return new Promise((resolve) => {
    const child = start(program, args, options.env)
    const finish = (outcome: CommandOutcome) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      resolve(outcome)
    }
    const stop = (reason: string) => {
      killGroup(child.pid)
      // A grandchild may keep the pipe open; nobody waits for it.
      child.stdout.destroy()
      finish({reason})
    }
    const onAbort = () => stop('it was stopped')
    const timer = setTimeout(() => stop(`it did not end within ${timeoutMs / 1000} s`), timeoutMs)
    signal.addEventListener('abort', onAbort, {once: true})
    const output = collect(child, () => stop('it printed more than a key'))
    child.on('error', (error) => finish({reason: `it cannot be started (${systemCode(error) ?? error.message})`}))
    child.on('exit', (code, killer) => {
      if (code === 0) setTimeout(() => finish({output: output()}), 200).unref()
      else finish({reason: killer === null ? `it ended with exit code ${code}` : `it was ended by ${killer}`})
    })
    child.on('close', (code) => {
      if (code === 0) finish({output: output()})
    })
  })
}

type Child = ChildProcessByStdio<null, Readable, null>

function start(program: string, args: string[], env: Environment): Child {
  return spawn(program, args, {
    cwd: env['HOME'] ?? homedir(),
    env: {...env},
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: false,
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
}

/** @returns a function that tells what has come so far */
function collect(child: Child, onFlood: () => void): () => string {
  let output = ''
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (chunk: string) => {
    output += chunk
    if (output.length > LARGEST_OUTPUT) onFlood()
  })
  return () => output
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL')
  } catch {
    // It has just ended by itself.
  }
}
