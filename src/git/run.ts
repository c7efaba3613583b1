import type {Environment} from '../paths.ts'
import {findProgram} from './find-program.ts'

export type GitRun = {
  cwd: string
  env: Environment
  signal: AbortSignal
  /** Milliseconds; 10 s when absent. */
  timeoutMs?: number
  /** Bytes of stdout that are kept; 16 MiB when absent. */
  maxBytes?: number
}

/** `missing`: no git on PATH; `failed`: another exit code than 0; `stopped`: timer, signal or output cap. */
export type GitResult = {state: 'done' | 'failed' | 'missing' | 'stopped'; stdout: Buffer; stderr: string}

/** A repository's own configuration can name programs to run and places to fetch from: each known way is closed here. */
const HARDENED = [
  '--no-optional-locks',
  '--no-pager',
  '--literal-pathspecs',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.pager=cat',
  '-c',
  'core.untrackedCache=false',
  '-c',
  'core.sshCommand=false',
  '-c',
  'core.askPass=',
  '-c',
  'credential.helper=',
  '-c',
  'diff.external=',
  '-c',
  'safe.bareRepository=explicit',
  '-c',
  'protocol.allow=never',
  '-c',
  'gc.auto=0',
  '-c',
  'maintenance.auto=false',
]
const KEPT = [
  'PATH',
  'Path',
  'HOME',
  'USERPROFILE',
  'XDG_CONFIG_HOME',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'PATHEXT',
]

/**
 * Runs git with arguments as a list, never through a shell.
 * Meant for commands that read names and states; commands that read contents can still run a repository's filters.
 */
export async function runGit(args: readonly string[], run: GitRun): Promise<GitResult> {
  const nothing = {stdout: Buffer.alloc(0), stderr: ''}
  if (run.signal.aborted) return {state: 'stopped', ...nothing}
  const program = await findProgram('git', run.env, run.cwd)
  if (program === undefined) return {state: 'missing', ...nothing}
  return new Promise((done) => {
    const child = process.getBuiltinModule('node:child_process').spawn(program, [...HARDENED, ...args], {
      cwd: run.cwd,
      env: gitEnvironment(run.env),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    })
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
    const finish = (state: GitResult['state'], problem = '') => {
      clearTimeout(timer)
      run.signal.removeEventListener('abort', stop)
      done({state: stopped ? 'stopped' : state, stdout: Buffer.concat(kept), stderr: stderr + problem})
    }
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > (run.maxBytes ?? 16 * 1024 * 1024)) stop()
      else kept.push(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < 4096) stderr += chunk.toString('utf8')
    })
    child.on('error', (error) => finish('missing', error.message))
    child.on('close', (code) => finish(code === 0 ? 'done' : 'failed'))
  })
}

function gitEnvironment(env: Environment): Record<string, string> {
  const kept = KEPT.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    // Stands above the repository's own protocol.*.allow, so that a missing object is never fetched.
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_LAZY_FETCH: '1',
  }
}
