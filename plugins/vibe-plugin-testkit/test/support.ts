import {execFile} from 'node:child_process'
import {cp, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {CheckResult} from 'vibe-plugin-testkit'

export const PLUGINS = join(import.meta.dirname, '../..')
const BIN = join(import.meta.dirname, '../bin/vibe-provider-check.js')

export type Run = {code: number; stdout: string; stderr: string}
export type Json = Record<string, unknown>
export type JsonReport = {ok: boolean; results: CheckResult[]; counts: Record<string, number>; notes: string[]}

/** Runs the real program. */
export function check(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> {
  return new Promise((resolve) => {
    const options = {env: {...process.env, ...env}, maxBuffer: 64 * 1024 * 1024, timeout: 120_000}
    execFile(process.execPath, [BIN, ...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      resolve({code, stdout, stderr})
    })
  })
}

/** Runs it and reads its JSON. */
export async function report(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<JsonReport & {code: number}> {
  const {code, stdout, stderr} = await check([...args, '--json'], env)
  if (stdout === '') throw new Error(stderr)
  return {...(JSON.parse(stdout) as JsonReport), code}
}

/** The ids of the checks that failed, each once. */
export function failures(results: readonly CheckResult[], subject?: string): string[] {
  const failed = results.filter(({status}) => status === 'failed' || status === 'stale')
  return [...new Set(failed.filter((one) => subject === undefined || one.subject === subject).map(({id}) => id))]
}

export async function inFolder<Result>(run: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'vibe-kit-'))
  try {
    return await run(folder)
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

/** The manifest of the provider that the tests change, as plain data. */
export async function goodManifest(): Promise<Json> {
  const text = await readFile(join(PLUGINS, 'vibe-provider-openai-compatible/vibe.provider.json'), 'utf8')
  const auth = [{kind: 'api-key', env: ['GOOD_API_KEY'], optional: true}, {kind: 'none'}]
  return {...(JSON.parse(text) as Json), id: 'good', auth}
}

export const GOOD_PACKAGE: Json = {
  name: 'vibe-provider-good',
  version: '1.0.0',
  license: 'MIT',
  type: 'module',
  keywords: ['vibe-provider'],
  engines: {node: '>=22.13'},
  files: ['*.js', 'vibe.provider.json'],
  oclif: {},
  vibe: {apiVersion: 1, providers: ['./vibe.provider.json']},
}

/** A package with the real code of a first-party provider, which passes every check. */
export async function writeGoodPackage(folder: string): Promise<void> {
  await mkdir(folder, {recursive: true})
  await cp(join(PLUGINS, 'vibe-provider-openai-compatible/dist/index.js'), join(folder, 'index.js'))
  const manifest = {...(await goodManifest()), entry: {module: './index.js', implements: ['openai-chat']}}
  await writeFile(join(folder, 'vibe.provider.json'), JSON.stringify(manifest))
  await writeFile(join(folder, 'package.json'), JSON.stringify(GOOD_PACKAGE))
  await writeFile(join(folder, 'README.md'), '# Good\n\nA provider for tests that has everything it needs.\n')
}
