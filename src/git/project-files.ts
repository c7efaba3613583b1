import {opendir} from 'node:fs/promises'
import {join, relative, sep} from 'node:path'
import type {Environment} from '../paths.ts'
import {runGit} from './run.ts'

const MAX_FILES = 100_000
const MAX_DEPTH = 64
const SKIPPED = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  '__pycache__',
  '.venv',
  'venv',
  '.tox',
  '.cache',
  '.gradle',
  'target',
  'dist',
  'build',
  '.next',
  '.nuxt',
  'coverage',
])

export type Walk = {
  /** Paths relative to the folder, forward slashes, sorted. Links may be among them: never follow one. */
  files: string[]
  /** True when a cap or the signal ended it early. */
  partial: boolean
}

export type WalkedFolder = {
  /** Real path of the project's root. */
  root: string
  /** Absolute, resolved. */
  folder: string
  /** Whether the folder lies in the project. */
  inside: boolean
  env: Environment
}

/**
 * The files below a folder that belong to the project: what git would track, else everything but the usual build and
 * package folders. A folder that git ignores but that was named is walked too. Git also lists files below a folder
 * that was swapped for a link; whoever opens them looks first.
 */
export async function listProjectFiles(walked: WalkedFolder, signal: AbortSignal): Promise<Walk> {
  const listed = walked.inside ? await listByGit(walked, signal) : undefined
  return listed && listed.files.length > 0 ? listed : listByHand(walked.folder, signal)
}

async function listByGit({root, folder, env}: WalkedFolder, signal: AbortSignal): Promise<Walk | undefined> {
  const below = relative(root, folder)
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z', '--', below === '' ? '.' : below]
  const result = await runGit(args, {cwd: root, env, signal})
  if (result.state !== 'done') return undefined
  const prefix = below === '' ? '' : `${below.replaceAll(sep, '/')}/`
  const names = result.stdout
    .toString('utf8')
    .split('\0')
    .filter((name) => name !== '' && name.startsWith(prefix) && !name.includes('\ufffd'))
  const files = Array.from(new Set(names), (name) => name.slice(prefix.length)).sort()
  return {files: files.slice(0, MAX_FILES), partial: files.length > MAX_FILES}
}

async function listByHand(folder: string, signal: AbortSignal): Promise<Walk> {
  const files: string[] = []
  const pending = [{path: '', depth: 0}]
  let partial = false
  while (pending.length > 0) {
    const next = pending.pop()
    if (!next) break
    if (signal.aborted || files.length > MAX_FILES) {
      partial = true
      break
    }
    if (next.depth > MAX_DEPTH) {
      partial = true
      continue
    }
    for (const {name, isFolder} of await entriesOf(join(folder, next.path))) {
      const path = next.path === '' ? name : `${next.path}/${name}`
      if (!isFolder) files.push(path)
      else if (!SKIPPED.has(name)) pending.push({path, depth: next.depth + 1})
    }
  }
  return {files: files.sort().slice(0, MAX_FILES), partial}
}

async function entriesOf(folder: string): Promise<Array<{name: string; isFolder: boolean}>> {
  const found: Array<{name: string; isFolder: boolean}> = []
  try {
    for await (const entry of await opendir(folder)) {
      if (entry.isDirectory() || entry.isFile() || entry.isSymbolicLink())
        found.push({name: entry.name, isFolder: entry.isDirectory()})
    }
  } catch {
    return found // a folder that went away or may not be read has nothing to show
  }
  return found
}
