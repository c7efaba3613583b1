import {lstat, readlink, realpath} from 'node:fs/promises'
import {basename, dirname, isAbsolute, join, parse, resolve, sep} from 'node:path'
import {systemCode} from '../errors.ts'
import {windowsPathProblem} from './windows-paths.ts'

const MAX_LINKS = 40

/** A path that cannot be resolved with certainty; the message says why. Refusing is the only safe answer. */
export class PathRefusal extends Error {
  readonly code: string
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'PathRefusal'
    this.code = code
  }
}

export type ResolvedPath = {
  /** Absolute, free of symlinks; a tail that does not exist yet is kept as written. */
  path: string
  inside: boolean
}

/**
 * Where a path of a model really leads.
 * @param root the project's root
 * @param given absolute, or relative to the root
 * @throws PathRefusal when the path is malformed or any step of the way cannot be looked at
 */
export async function resolveInside(root: string, given: string): Promise<ResolvedPath> {
  const problem = spellingProblem(given, process.platform)
  if (problem) throw new PathRefusal('path-refused', `The path ${JSON.stringify(given)} is refused: ${problem}.`)
  try {
    const realRoot = await realpath(root)
    const path = await resolveLinks(resolve(realRoot, given))
    return {path, inside: isInside(realRoot, path)}
  } catch (error) {
    if (error instanceof PathRefusal) throw error
    const code = systemCode(error) ?? 'unknown error'
    throw new PathRefusal('path-refused', `The path ${JSON.stringify(given)} cannot be resolved (${code}).`, {
      cause: error,
    })
  }
}

/** Whether `path` is `root` or lies below it; both absolute and resolved. A sibling with the same prefix is outside. */
export function isInside(root: string, path: string, platform: NodeJS.Platform = process.platform): boolean {
  const fold = (text: string) => (platform === 'win32' ? text.replaceAll('\\', '/').toLowerCase() : text)
  const separator = platform === 'win32' ? '/' : sep
  const base = fold(root)
  const candidate = fold(path)
  return candidate === base || candidate.startsWith(base.endsWith(separator) ? base : base + separator)
}

/** What is wrong with a path's spelling, whatever the disk says; undefined when nothing is. */
export function spellingProblem(given: string, platform: NodeJS.Platform): string | undefined {
  if (given === '') return 'it is empty'
  if (given.includes('\0')) return 'it contains a NUL character'
  if (given.length > 4096) return 'it is longer than 4096 characters'
  if (given === '~' || given.startsWith('~/')) return '"~" is not expanded, write the whole path'
  return platform === 'win32' ? windowsPathProblem(given) : undefined
}

/** As realpath, but a tail that does not exist is allowed, and dangling links are followed to where they point. */
async function resolveLinks(absolute: string): Promise<string> {
  try {
    return await realpath(absolute)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
  }
  let current = parse(absolute).root
  const pending = split(absolute)
  for (let links = 0; pending.length > 0;) {
    const part = pending.shift() ?? ''
    if (part === '..') {
      current = dirname(current)
      continue
    }
    const candidate = join(current, part)
    const target = await linkTarget(candidate)
    if (target === undefined) {
      current = candidate
      continue
    }
    if (++links > MAX_LINKS)
      throw new PathRefusal('path-refused', `The path ${JSON.stringify(absolute)} has too many links.`)
    if (isAbsolute(target)) current = parse(target).root
    pending.unshift(...split(target))
  }
  return settleFolder(current)
}

/** Spells the existing part as the disk does, which matters where names ignore case. */
async function settleFolder(path: string): Promise<string> {
  const tail: string[] = []
  for (let folder = path; ; folder = dirname(folder)) {
    try {
      return join(await realpath(folder), ...tail)
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' || dirname(folder) === folder) throw error
      tail.unshift(basename(folder))
    }
  }
}

function split(path: string): string[] {
  return path
    .slice(parse(path).root.length)
    .split(sep === '\\' ? /[/\\]+/ : /\/+/)
    .filter((part) => part !== '' && part !== '.')
}

async function linkTarget(path: string): Promise<string | undefined> {
  try {
    const found = await lstat(path)
    return found.isSymbolicLink() ? await readlink(path) : undefined
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}
