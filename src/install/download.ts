import {copyFile, mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {Admitted} from './gate.ts'
import {npmFailure} from './npm-failure.ts'
import {runNpm} from './npm.ts'
import type {Candidate, InstallRequest} from './types.ts'
import type {Verified} from './verify.ts'

const INSTALL_MS = 600_000
const FIXED = ['--save', '--save-exact', '--omit=dev', '--package-lock=true', '--ignore-scripts', '--prefer-online']

/** Has npm put exactly what was shown into a folder, with what it depends on and without running a script. */
export async function download(
  {candidate, tarball}: Admitted,
  cwd: string,
  {host, signal}: InstallRequest,
): Promise<void> {
  const spec = tarball === undefined ? `${candidate.name}@${candidate.version}` : await keep(tarball, candidate, cwd)
  const result = await runNpm(['install', spec, ...FIXED], {cwd, host, signal, limitMs: INSTALL_MS})
  if (result.state === 'done') return
  const failure = npmFailure({subject: `${candidate.name} ${candidate.version}`, from: candidate.from, result})
  throw failure.code === 'package-not-found' ? missing(candidate) : failure
}

/** npm reads it again whenever it renews something, so it stays beside what was made of it. */
async function keep(tarball: string, {name, version, integrity = ''}: Candidate, cwd: string): Promise<string> {
  const hash = integrity.replaceAll(/[^A-Za-z0-9]/g, '').slice(6, 18)
  const file = `${tarballPrefix(name)}${version.replaceAll(/[^\w.-]/g, '-')}-${hash}.tgz`
  await mkdir(join(cwd, 'packages'), {recursive: true})
  await copyFile(tarball, join(cwd, 'packages', file))
  return `./packages/${file}`
}

/** The package itself was found before: now it is its tarball, or something that it depends on. */
function missing({name, version, from}: Candidate): VibeError {
  return new VibeError({
    code: 'tarball-missing',
    message: `Cannot install ${name} ${version}: the registry does not have its tarball, or not all that it depends on. Nothing was changed.`,
    origin: from,
    hint: `Tell whoever runs the registry, or try another version: npm view ${name} versions`,
    exit: ExitCode.unreachable,
  })
}

/** What the kept tarballs of a package begin with. */
export function tarballPrefix(name: string): string {
  return `${name.replaceAll(/[^\w.-]/g, '-')}-`
}

/** Only after what arrived has been checked. */
export async function runScripts({withScripts, plugin}: Verified, cwd: string, request: InstallRequest): Promise<void> {
  const {host, signal, report} = request
  if (withScripts.length === 0) return
  report?.({step: 'scripts', subject: withScripts.join(', ')})
  const args = ['rebuild', ...withScripts, '--ignore-scripts=false']
  const result = await runNpm(args, {cwd, host, signal, limitMs: INSTALL_MS})
  if (result.state !== 'done') throw scriptFailure(plugin.name, result.stderr)
}

function scriptFailure(name: string, output: string): VibeError {
  const said = output.split('\n').filter((line) => line.trim() !== '' && !line.includes('A complete log'))
  return new VibeError({
    code: 'script-failed',
    message: `An install script of ${name} failed. Nothing was changed.`,
    origin: (said.at(-1) ?? 'its script').slice(0, 200),
    hint: `Without scripts: vibe config:unset plugins.allowScripts, then vibe plugins install ${name}`,
    exit: ExitCode.checkFailed,
  })
}
