import {mkdirSync, symlinkSync} from 'node:fs'
import {delimiter, dirname, join} from 'node:path'
import {runProgram, type ProgramRun} from './program.ts'
import {ROOT} from './sandbox.ts'

const CHECK = join(ROOT, 'plugins/vibe-plugin-testkit/bin/vibe-provider-check.js')

/** Holds a package to the contract with the built kit, without a network. */
export function checkPackage(folder: string, legs: readonly string[]): Promise<ProgramRun> {
  return runProgram([process.execPath, CHECK, folder, ...legs.flatMap((leg) => ['--leg', leg])], {timeout: 60_000})
}

/** Gives a package what `npm install` would, from this repository. */
export function installTools(folder: string): void {
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '.bin'), {recursive: true})
  for (const name of ['vibe-plugin-api', 'vibe-plugin-testkit'])
    symlinkSync(join(ROOT, 'plugins', name), join(modules, name), 'dir')
  symlinkSync(CHECK, join(modules, '.bin/vibe-provider-check'))
}

/** Runs `npm SCRIPT` in a package with the Node that runs the tests. */
export function npm(folder: string, words: readonly string[], env: Record<string, string> = {}): Promise<ProgramRun> {
  const path = [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter)
  return runProgram(['npm', ...words], {cwd: folder, env: {...process.env, PATH: path, ...env}, timeout: 120_000})
}
