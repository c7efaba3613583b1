import type {ChildProcess} from 'node:child_process'
import {existsSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {VibeError, systemCode} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {findProgram} from '../git/find-program.ts'
import {npmEnvironment} from './npm-environment.ts'
import type {InstallHost} from './types.ts'

export type NpmRun = {
  /** A folder of our own: npm reads an `.npmrc` there, so it is never the folder in which somebody works. */
  cwd: string
  host: InstallHost
  signal: AbortSignal
  /** Milliseconds for all of it. */
  limitMs: number
}

export type NpmResult = {
  state: 'done' | 'failed' | 'late'
  stdout: string
  stderr: string
}

/** Unless the environment says otherwise; npm's own five minutes and ten seconds between attempts are for builds. */
const TIMERS = {
  npm_config_fetch_timeout: '12000',
  npm_config_fetch_retries: '1',
  npm_config_fetch_retry_mintimeout: '300',
  npm_config_fetch_retry_maxtimeout: '1000',
}
const MOST_OUTPUT = 16 * 1024 * 1024
/** npm holds a registry's answer in memory; an endless one must not take the machine's. */
const HEAP_MB = 768
/**
 * Runs npm with the user's own settings for registries, keys and proxies, without a question and without a project.
 * @param args e.g. ["view", "vibe-provider-ollama"]; JSON is asked for
 * @throws VibeError when there is no npm; the reason of `signal` when it is raised
 */
export async function runNpm(args: readonly string[], {cwd, host, signal, limitMs}: NpmRun): Promise<NpmResult> {
  signal.throwIfAborted()
  const program = await findNpm(host)
  const settings = ['--json', '--loglevel=error', '--no-audit', '--no-fund', '--no-update-notifier', '--progress=false']
  const registry = host.registry === undefined ? [] : [`--registry=${host.registry}`]
  const offline = host.offline ? ['--offline'] : []
  const child = process
    .getBuiltinModule('node:child_process')
    .spawn(program.command, [...program.before, ...args, ...settings, ...registry, ...offline], {
      cwd,
      env: environmentOf(host),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    })
  return finish(child, signal, limitMs)
}

function environmentOf({env, homes}: InstallHost): NodeJS.ProcessEnv {
  // Hooks of git tools that packages bring would look for a repository; logs belong where nobody keeps work.
  const own = {HUSKY: '0', npm_config_logs_dir: join(homes.cache, 'npm-logs'), npm_config_logs_max: '5'}
  return {...TIMERS, ...npmEnvironment(env), ...own}
}

function finish(child: ChildProcess, signal: AbortSignal, limitMs: number): Promise<NpmResult> {
  return new Promise((resolve, reject) => {
    const result: NpmResult = {state: 'failed', stdout: '', stderr: ''}
    let late = false
    const stop = () => void child.kill('SIGKILL')
    const timer = setTimeout(() => {
      late = true
      stop()
    }, limitMs)
    signal.addEventListener('abort', stop, {once: true})
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      result.stdout += text
      if (result.stdout.length > MOST_OUTPUT) stop()
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (result.stderr.length < 64_000) result.stderr += text
    })
    child.on('error', (error) => reject(noNpm(String(systemCode(error) ?? error.message))))
    child.on('close', (code) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      if (signal.aborted) reject(signal.reason as Error)
      else resolve({...result, state: late ? 'late' : code === 0 ? 'done' : 'failed'})
    })
  })
}

type Program = {command: string; before: string[]}

/** The npm that comes with vibe, run by the Node that runs vibe; only without it the one on PATH. */
async function findNpm(host: InstallHost): Promise<Program> {
  const script = bundledNpm()
  if (script !== undefined) return {command: process.execPath, before: [`--max-old-space-size=${HEAP_MB}`, script]}
  const found = await findProgram('npm', host.env, host.cwd)
  if (found === undefined) throw noNpm('none is on PATH')
  return {command: found, before: []}
}

function bundledNpm(): string | undefined {
  const {createRequire} = process.getBuiltinModule('node:module')
  try {
    const beside = createRequire(import.meta.url).resolve('@oclif/plugin-plugins')
    const script = join(dirname(createRequire(beside).resolve('npm/package.json')), 'bin/npm-cli.js')
    return existsSync(script) ? script : undefined
  } catch {
    return undefined // Left out by whoever packaged vibe; the one on PATH will do.
  }
}

function noNpm(reason: string): VibeError {
  return new VibeError({
    code: 'npm-missing',
    message: `Plugins are installed by npm, and there is no usable one: ${reason}`,
    hint: 'Install vibe again, or put npm on PATH',
    exit: ExitCode.notSetUp,
  })
}
