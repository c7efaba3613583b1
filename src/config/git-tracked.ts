import {spawn} from 'node:child_process'
import {basename, dirname} from 'node:path'
import type {Environment} from '../paths.ts'

const TIMER_MS = 5_000

/** Closes the ways in which a repository's own configuration makes git run something. */
const hardened = [
  '--no-optional-locks',
  '--literal-pathspecs',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'safe.bareRepository=explicit',
]

/** no: git says so, or there is no repository; unknown: git is not there, refuses, or does not answer. */
export async function isTrackedByGit(file: string, env: Environment): Promise<'yes' | 'no' | 'unknown'> {
  const code = await exitOf([...hardened, 'ls-files', '--error-unmatch', '--', basename(file)], dirname(file), env)
  if (code === 0) return 'yes'
  if (code === 1) return 'no'
  return code === 128 && (await exitOf(['rev-parse', '--git-dir'], dirname(file), env)) !== 0 ? 'no' : 'unknown'
}

function exitOf(args: string[], cwd: string, env: Environment): Promise<number | undefined> {
  return new Promise((resolve) => {
    const child = spawn('git', args, {cwd, env: gitEnvironment(env), stdio: 'ignore', shell: false, windowsHide: true})
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMER_MS)
    const finish = (code: number | undefined) => {
      clearTimeout(timer)
      resolve(code)
    }
    child.on('error', () => finish(undefined))
    child.on('exit', (code) => finish(code ?? undefined))
  })
}

/** Without GIT_DIR and its kin, which would lead to another repository, and without relative folders to look for programs in. */
function gitEnvironment(env: Environment): Record<string, string> {
  const separator = process.platform === 'win32' ? ';' : ':'
  const path = (env['PATH'] ?? env['Path'] ?? '')
    .split(separator)
    .filter((folder) => /^(?:\/|[A-Za-z]:[\\/])/.test(folder))
  const kept = ['HOME', 'USERPROFILE', 'XDG_CONFIG_HOME', 'SystemRoot'].flatMap((name) =>
    env[name] === undefined ? [] : [[name, env[name]] as const],
  )
  return {
    ...Object.fromEntries(kept),
    PATH: path.join(separator),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
  }
}
