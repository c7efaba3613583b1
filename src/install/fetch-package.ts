import {copyFile, mkdir, readdir} from 'node:fs/promises'
import {basename, join} from 'node:path'
import {systemCode, VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {findProgram} from '../git/find-program.ts'
import {runNpm, type NpmRun} from './npm.ts'
import {npmFailure, oneLine} from './npm-failure.ts'
import {inspectTarball, type Contents} from './tarball.ts'
import type {Source} from './types.ts'

type Place = Omit<NpmRun, 'limitMs'>
type Elsewhere = Exclude<Source, {kind: 'registry'}>

const FETCH_MS = 300_000
/** Set inside a hook of git's; the clone would end up in the repository of that hook. */
const OF_A_REPOSITORY = /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|COMMON_DIR|NAMESPACE|PREFIX)$/

/** @returns the tarball in a folder of our own, and what is in it; nothing of it has run */
export async function fetchPackage(source: Elsewhere, place: Place): Promise<Contents & {tarball: string}> {
  const tarball = await tarballOf(source, place)
  const shown = 'path' in source ? source.path : shownAddress(source.url)
  return {...(await inspectTarball({path: tarball, shown}, join(place.cwd, 'contents'))), tarball}
}

async function tarballOf(source: Elsewhere, place: Place): Promise<string> {
  if (source.kind === 'tarball') {
    const copy = join(place.cwd, 'package.tgz')
    await copyFile(source.path, copy).catch((error: unknown) => {
      throw systemCode(error) === 'ENOSPC' ? error : unreadable(source.path, systemCode(error) ?? String(error))
    })
    return copy
  }
  if (source.kind === 'url') return pack(source.url, source.url, place)
  if (source.kind === 'folder') return pack(source.path, source.path, place)
  const clone = join(place.cwd, 'clone')
  await cloneOf(source, clone, place)
  return pack(clone, shownAddress(source.url), place)
}

async function pack(subject: string, from: string, place: Place): Promise<string> {
  const folder = join(place.cwd, 'packed')
  await mkdir(folder)
  const args = ['pack', subject, '--ignore-scripts', '--pack-destination', folder]
  const result = await runNpm(args, {...place, limitMs: FETCH_MS})
  const [name] = await readdir(folder)
  if (result.state !== 'done' || name === undefined)
    throw npmFailure({subject: oneLine(basename(from)), from: shownAddress(from), result})
  return join(folder, name)
}

type Repository = Extract<Source, {kind: 'git'}>

/** With the user's own keys and proxies, but without a question, hooks, submodules or a template. */
async function cloneOf({url, ref}: Repository, folder: string, place: Place): Promise<void> {
  const quiet = ['-c', 'core.hooksPath=/dev/null', '-c', 'advice.detachedHead=false']
  await git([...quiet, 'clone', '--quiet', '--no-checkout', '--template=', '--', url, folder], url, place)
  const wanted = ref === undefined ? ['HEAD'] : [ref, `origin/${ref}`]
  const commit = await firstCommit(wanted, {folder, url, place})
  await git([...quiet, '-C', folder, 'checkout', '--quiet', '--detach', commit], url, place)
}

/** A branch may be called like a commit: forty digits only ever mean the commit itself. */
async function firstCommit(
  names: string[],
  {folder, url, place}: {folder: string; url: string; place: Place},
): Promise<string> {
  for (const name of names) {
    const isHash = /^[0-9a-f]{40}$/.test(name)
    const found = await git(['-C', folder, 'rev-parse', '--verify', '--quiet', `${name}^{commit}`], url, place).catch(
      () => '',
    )
    const commit = found.trim()
    if (commit !== '' && (!isHash || commit === name)) return commit
  }
  throw cannotClone(url, `it has no ${names[0] ?? 'commit'}`)
}

async function git(args: string[], url: string, {cwd, host, signal}: Place): Promise<string> {
  const program = await findProgram('git', host.env, host.cwd)
  if (program === undefined) throw cannotClone(url, 'there is no git on PATH')
  const {execFile} = process.getBuiltinModule('node:child_process')
  const kept = Object.fromEntries(Object.entries(host.env).filter(([name]) => !OF_A_REPOSITORY.test(name)))
  const env = {...kept, GIT_TERMINAL_PROMPT: '0', GIT_LFS_SKIP_SMUDGE: '1', LC_ALL: 'C'}
  return new Promise((resolve, reject) => {
    execFile(program, args, {cwd, env, signal, timeout: FETCH_MS, windowsHide: true}, (error, stdout, stderr) => {
      if (signal.aborted) reject(signal.reason as Error)
      else if (error)
        reject(cannotClone(url, oneLine(stderr.split('\n').find((line) => /fatal|error/.test(line)) ?? error.message)))
      else resolve(stdout)
    })
  })
}

function cannotClone(url: string, reason: string): VibeError {
  return new VibeError({
    code: 'repository-unusable',
    message: `Cannot install from ${shownAddress(url)}: ${reason}. Nothing was changed.`,
    origin: shownAddress(url),
    hint: `Check the address and your access: git ls-remote ${shownAddress(url)}`,
    exit: ExitCode.unreachable,
  })
}

function unreadable(path: string, reason: string): VibeError {
  return new VibeError({
    code: 'package-unusable',
    message: `Cannot install ${path}: it cannot be read (${reason}).`,
    hint: 'Check its permissions',
    exit: ExitCode.usage,
  })
}

/** Without a name and a password. */
export function shownAddress(url: string): string {
  return url.replace(/\/\/[^/@\s]+@/, '//')
}
