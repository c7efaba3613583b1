import {mkdirSync, mkdtempSync, realpathSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {runProgram, type ProgramRun} from './program.ts'

export const ROOT = join(import.meta.dirname, '..', '..')
export const VIBE = join(ROOT, 'bin', 'run.js')

/** An empty HOME and an empty project, in which the built vibe runs as a child process. */
export type Sandbox = {
  home: string
  project: string
  env: Record<string, string>
  vibe: (
    args: readonly string[],
    options?: {env?: Record<string, string>; input?: string; cwd?: string},
  ) => Promise<ProgramRun>
  remove: () => void
}

export function createSandbox(): Sandbox {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'vibe-test-')))
  const home = join(folder, 'home')
  const project = join(folder, 'project')
  mkdirSync(home)
  mkdirSync(project)
  const path = [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':')
  // The keychain belongs to whoever runs the tests.
  const env = {HOME: home, PATH: path, LANG: 'C.UTF-8', VIBE_CODER_CREDENTIAL_STORE: 'file'}
  return {
    home,
    project,
    env,
    vibe: (args, options = {}) =>
      runProgram([process.execPath, VIBE, ...args], {
        cwd: options.cwd ?? project,
        env: {...env, ...options.env},
        timeout: 30_000,
        ...(options.input === undefined ? {} : {input: options.input}),
      }),
    remove: () => rmSync(folder, {recursive: true, force: true}),
  }
}
