import {constants, type Dirent} from 'node:fs'
import {access, lstat, opendir, stat} from 'node:fs/promises'
import {basename, dirname, join, relative, resolve, sep} from 'node:path'
import {systemCode} from '../errors.ts'
import {PathRefusal, resolveInside} from '../permissions/paths.ts'
import {readFileBytes} from './file-bytes.ts'
import {EditRefusal} from './refusal.ts'

/** What lies at a path when edits are planned. */
export type Sight = {
  /** Absolute and resolved through links. */
  path: string
  /** For people and models: relative to the root with forward slashes, absolute when outside. */
  name: string
  /** As it was asked for. */
  given: string
  inside: boolean
  /** The name itself is a symbolic link. */
  isLink: boolean
  state:
    | {kind: 'missing'}
    | {kind: 'folder'}
    | {
        kind: 'file'
        bytes: Buffer
        mode: number
        links: number
        /** Nobody may write to it, or into its folder. */ readOnly: boolean
      }
}

export type Disk = {
  /** @throws EditRefusal when the path is malformed, or what is there cannot be read */
  look: (given: string) => Promise<Sight>
  /** Up to five names of files that end like the given one, or differ from it by little. */
  similar: (given: string) => Promise<string[]>
}

const MAX_ENTRIES = 20_000
const WALK_MS = 300
const SKIPPED = new Set(['.git', '.hg', '.svn', 'node_modules', '__pycache__', '.venv', 'venv', 'dist', 'target'])

/** The disk below a root, each file read once however often it is asked for. */
export function diskAt(root: string): Disk {
  const seen = new Map<string, Promise<Sight>>()
  let walked: Promise<string[]> | undefined
  return {
    look: (given) => {
      const known = seen.get(given)
      if (known) return known
      const looked = look(root, given)
      seen.set(given, looked)
      return looked
    },
    similar: async (given) => similarTo(given, await (walked ??= namesBelow(root))),
  }
}

async function look(root: string, given: string): Promise<Sight> {
  const {path, inside} = await resolved(root, given)
  const name = inside ? relative(root, path).replaceAll(sep, '/') || '.' : path
  const isLink = await lstat(resolve(root, given)).then(
    (found) => found.isSymbolicLink(),
    () => false,
  )
  const sight = {path, name, given, inside, isLink}
  const found = await stat(path).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return undefined
    throw new EditRefusal('path', `${name} cannot be looked at (${systemCode(error) ?? 'unknown error'}).`, {
      cause: error,
    })
  })
  if (!found) return {...sight, state: {kind: 'missing'}}
  if (found.isDirectory()) return {...sight, state: {kind: 'folder'}}
  const file = await readFileBytes(path)
  if (!file) return {...sight, state: {kind: 'missing'}}
  const mode = Number(file.stats.mode) & 0o7777
  const readOnly = (mode & 0o222) === 0 || !(await isWritable(path)) || !(await isWritable(dirname(path)))
  return {...sight, state: {kind: 'file', bytes: file.bytes, mode, links: Number(file.stats.nlink), readOnly}}
}

async function resolved(root: string, given: string) {
  try {
    return await resolveInside(root, given)
  } catch (error) {
    if (error instanceof PathRefusal) throw new EditRefusal('path', error.message, {cause: error})
    throw error
  }
}

/** Mode bits count for the superuser too: what is marked read-only is meant to stay. */
async function isWritable(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  if (found && process.platform !== 'win32' && (found.mode & 0o222) === 0) return false
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  )
}

async function namesBelow(root: string): Promise<string[]> {
  const names: string[] = []
  const until = performance.now() + WALK_MS
  const pending = [root]
  for (let folder = pending.shift(); folder !== undefined; folder = pending.shift()) {
    const entries = await opendir(folder).catch(() => undefined)
    if (!entries) continue
    for await (const entry of entries) {
      if (names.length >= MAX_ENTRIES || performance.now() > until) return names
      if (isWalked(entry)) pending.push(join(folder, entry.name))
      else if (!entry.isDirectory()) names.push(relative(root, join(folder, entry.name)).replaceAll(sep, '/'))
    }
  }
  return names
}

function isWalked(entry: Dirent): boolean {
  return entry.isDirectory() && !SKIPPED.has(entry.name)
}

function similarTo(given: string, names: readonly string[]): string[] {
  const wanted = given.replaceAll('\\', '/').replace(/^(?:\.?\/)+/, '')
  const lower = wanted.toLowerCase()
  const base = basename(lower)
  const ends = names.filter((name) => `/${name.toLowerCase()}`.endsWith(`/${lower}`))
  const bases = names.filter((name) => basename(name.toLowerCase()) === base)
  const close = names.filter((name) => dirname(name) === dirname(wanted) && isClose(basename(name).toLowerCase(), base))
  return [...new Set([...ends, ...bases, ...close])].slice(0, 5)
}

/** At most two characters apart. */
function isClose(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 2) return false
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  let tail = 0
  while (tail < Math.min(a.length, b.length) - start && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  return Math.max(a.length, b.length) - start - tail <= 2
}
