import type {ChildProcess, ChildProcessByStdio} from 'node:child_process'
import type {Readable} from 'node:stream'
import type {Environment} from '../paths.ts'
import {gitEnvironment, hardenedArguments, type Hardening} from './environment.ts'
import {findProgram} from './find-program.ts'

export type GitRun = Hardening & {
  cwd: string
  env: Environment
  signal: AbortSignal
  /** Milliseconds; 10 s when absent. */
  timeoutMs?: number
  /** Bytes of stdout that are kept; 16 MiB when absent. */
  maxBytes?: number
  /** For its standard input, which is empty when absent. */
  input?: Uint8Array
  /** GIT_INDEX_FILE and its kin. */
  variables?: Readonly<Record<string, string>>
  /** Keeps what a program that signs needs of the environment. */
  signing?: boolean
}

/** `missing`: no git on PATH; `failed`: another exit code than 0; `stopped`: timer, signal or output cap. */
export type GitResult = {
  state: 'done' | 'failed' | 'missing' | 'stopped'
  stdout: Buffer
  stderr: string
  /** The exit code, when it ended by itself. */
  code?: number
}

type Child = ChildProcess & Pick<ChildProcessByStdio<null, Readable, Readable>, 'stdout' | 'stderr'>

/**
 * Runs git with arguments as a list, never through a shell. Commands that read contents can still run filters that the
 * repository defines: `openRepository` gives the settings that take those away.
 */
export async function runGit(args: readonly string[], run: GitRun): Promise<GitResult> {
  const nothing = {stdout: Buffer.alloc(0), stderr: ''}
  if (run.signal.aborted) return {state: 'stopped', ...nothing}
  const program = await findProgram('git', run.env, run.cwd)
  if (program === undefined) return {state: 'missing', ...nothing}
  const before = hardenedArguments(run)
  const child = process.getBuiltinModule('node:child_process').spawn(program, [...before, ...args], {
    cwd: run.cwd,
    env: {...gitEnvironment(run.env, run.cwd, run), ...run.variables},
    stdio: [run.input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    windowsHide: true,
  }) as Child
  // A command that ends without reading it all says itself what was wrong.
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(run.input)
  return collect(child, run)
}

function collect(child: Child, run: GitRun): Promise<GitResult> {
  return new Promise((done) => {
    const kept: Buffer[] = []
    let size = 0
    let stderr = ''
    let stopped = false
    const stop = () => {
      stopped = true
      child.kill('SIGKILL')
    }
    const timer = setTimeout(stop, run.timeoutMs ?? 10_000)
    run.signal.addEventListener('abort', stop, {once: true})
    const finish = (state: GitResult['state'], more: {problem?: string; code?: number}) => {
      clearTimeout(timer)
      run.signal.removeEventListener('abort', stop)
      const stdout = Buffer.concat(kept)
      const code = more.code === undefined ? {} : {code: more.code}
      done({state: stopped ? 'stopped' : state, stdout, stderr: stderr + (more.problem ?? ''), ...code})
    }
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > (run.maxBytes ?? 16 * 1024 * 1024)) stop()
      else kept.push(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < 4096) stderr += chunk.toString('utf8')
    })
    child.on('error', (error) => finish('missing', {problem: error.message}))
    child.on('close', (code) => finish(code === 0 ? 'done' : 'failed', code === null ? {} : {code}))
  })
}
