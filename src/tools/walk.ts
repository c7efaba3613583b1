import {opendir, realpath} from 'node:fs/promises'
import {join, relative, sep} from 'node:path'
import {runGit} from '../git/run.ts'
import {isInside} from '../permissions/paths.ts'
import {protectionOf} from '../permissions/protection.ts'
import type {Target} from './target.ts'
import type {ToolContext} from './tool.ts'

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

/**
 * The files below a folder that belong to the project: what git would track, else everything but the usual build and
 * package folders. A folder that git ignores but that was named is walked too.
 */
export async function walkFiles(target: Target, context: ToolContext, signal: AbortSignal): Promise<Walk> {
  const listed = target.inside ? await listByGit(target, context, signal) : undefined
  const walk = listed && listed.files.length > 0 ? listed : await listByHand(target.path, signal)
  return {files: await withoutLinkedFolders(target.path, walk.files, signal), partial: walk.partial}
}

/** What a search may show of a file without asking apart. */
export function mayShow(context: ToolContext, path: string): boolean {
  if (context.mayRead) return context.mayRead(path)
  const name = isInside(context.root, path) ? relative(context.root, path) : path
  return protectionOf(name)?.level !== 'secret'
}

async function listByGit(target: Target, context: ToolContext, signal: AbortSignal): Promise<Walk | undefined> {
  const below = relative(context.root, target.path)
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z', '--', below === '' ? '.' : below]
  const result = await runGit(args, {cwd: context.root, env: context.env, signal})
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

/** Git still lists files below a folder that was swapped for a link; such files lie elsewhere and are left out. */
async function withoutLinkedFolders(folder: string, files: readonly string[], signal: AbortSignal): Promise<string[]> {
  const genuine = new Map<string, boolean>([['', true]])
  const kept: string[] = []
  for (const file of files) {
    if (signal.aborted) break
    const parent = file.slice(0, Math.max(0, file.lastIndexOf('/')))
    let known = genuine.get(parent)
    if (known === undefined) {
      const path = join(folder, parent)
      known = (await realpath(path).catch(() => undefined)) === path
      genuine.set(parent, known)
    }
    if (known) kept.push(file)
  }
  return kept
}
