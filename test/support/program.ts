import {spawn} from 'node:child_process'

export type ProgramRun = {code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string}

export type ProgramOptions = {
  cwd?: string
  env?: NodeJS.ProcessEnv
  /** What the program reads; without it stdin is `/dev/null`. */
  input?: string
  /** Milliseconds until it is killed, which fails the run; by default five minutes. */
  timeout?: number
}

/** Runs a real program to its end and keeps what it says. */
export function runProgram(command: readonly [string, ...string[]], options: ProgramOptions = {}): Promise<ProgramRun> {
  const {input, timeout = 300_000, ...place} = options
  const [name, ...rest] = command
  return new Promise((resolve, reject) => {
    const child = spawn(name, rest, {...place, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe']})
    const run: ProgramRun = {code: null, signal: null, stdout: '', stderr: ''}
    const timer = setTimeout(() => child.kill('SIGKILL'), timeout)
    child.stdout?.on('data', (chunk: Buffer) => (run.stdout += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (run.stderr += chunk.toString()))
    child.stdin?.on('error', () => undefined) // It may end without reading everything.
    child.stdin?.end(input)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({...run, code, signal})
    })
  })
}
