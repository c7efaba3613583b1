import {commonPrefix, commonSuffix, type FileState, type PathChange} from './state.ts'

/** Who changed something, and why: what undo shows and chooses by. */
export type EntryLabel = {
  /** change: by a tool; command: seen after a shell command; undo and redo: by the user. */
  kind: 'change' | 'command' | 'undo' | 'redo'
  /** For people, one line: the command, or what was asked for. */
  title: string
  session?: string
  /** Changes of one turn have the same number within a session. */
  turn?: number
  tool?: string
  /** The ids that an undo takes back or a redo brings back. */
  of?: string[]
}

export type Entry = {
  id: string
  /** ISO 8601. */
  at: string
  /** Real path of the project. */
  root: string
  label: EntryLabel
  changes: PathChange[]
  /** Folders that did not exist before, outermost first. */
  madeFolders: string[]
}

/** An entry without the bytes: enough to list and choose. */
export type EntryHead = Omit<Entry, 'changes'> & {changes: HeadChange[]}
export type HeadChange = {path: string; before: Image | undefined; after: Image | undefined}
export type Image = {length: number; mode?: number}

type StoredChange = {
  path: string
  before?: Image
  /** Its first `prefix` and last `suffix` bytes are those of `before`; only what lies between is stored. */
  after?: Image & {prefix: number; suffix: number}
}
type StoredHead = Omit<Entry, 'changes'> & {v: 1; changes: StoredChange[]}

const MAGIC = 'vibe-journal 1\n'
const DIGEST_BYTES = 32
/** Far above what a thousand paths need; a larger head is damage. */
const MAX_HEAD_BYTES = 16 * 1024 * 1024

/** The bytes of an entry: a line of magic, a line of JSON, the images, SHA-256 of it all. */
export function encodeEntry(entry: Entry): Buffer[] {
  const images: Uint8Array[] = []
  const changes = entry.changes.map((change) => storedChange(change, images))
  const head: StoredHead = {...entry, v: 1, changes}
  const parts = [
    Buffer.from(`${MAGIC}${JSON.stringify(head)}\n`),
    ...images.map((image) => Buffer.from(image.buffer, image.byteOffset, image.byteLength)),
  ]
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256')
  for (const part of parts) hash.update(part)
  return [...parts, hash.digest()]
}

function storedChange({path, before, after}: PathChange, images: Uint8Array[]): StoredChange {
  if (before) images.push(before.bytes)
  if (!after) return {path, ...(before ? {before: imageOf(before)} : {})}
  const base = before?.bytes ?? new Uint8Array(0)
  const prefix = commonPrefix(base, after.bytes)
  const suffix = commonSuffix(base, after.bytes, prefix)
  images.push(after.bytes.subarray(prefix, after.bytes.length - suffix))
  return {path, ...(before ? {before: imageOf(before)} : {}), after: {...imageOf(after), prefix, suffix}}
}

function imageOf({bytes, mode}: FileState): Image {
  return {length: bytes.length, ...(mode === undefined ? {} : {mode})}
}

/** @returns undefined for a torn or damaged entry */
export function decodeEntry(file: Buffer): Entry | undefined {
  const parsed = parseHead(file)
  if (!parsed || file.length < parsed.end + DIGEST_BYTES) return undefined
  const body = file.subarray(0, file.length - DIGEST_BYTES)
  const digest = process.getBuiltinModule('node:crypto').createHash('sha256').update(body).digest()
  if (!digest.equals(file.subarray(body.length))) return undefined
  let at = parsed.end
  const take = (length: number) => body.subarray(at, (at += length))
  const changes = parsed.head.changes.map((stored): PathChange => {
    const before = stored.before ? {bytes: take(stored.before.length), ...modeOf(stored.before)} : undefined
    if (!stored.after) return {path: stored.path, before, after: undefined}
    const {length, prefix, suffix} = stored.after
    const middle = take(length - prefix - suffix)
    const base = before?.bytes ?? Buffer.alloc(0)
    const bytes = Buffer.concat([base.subarray(0, prefix), middle, base.subarray(base.length - suffix)])
    return {path: stored.path, before, after: {bytes, ...modeOf(stored.after)}}
  })
  return {...withoutVersion(parsed.head), changes}
}

/** @param start the beginning of an entry's file, its head included */
export function decodeHead(start: Buffer): EntryHead | undefined {
  const parsed = parseHead(start)
  if (!parsed) return undefined
  const changes = parsed.head.changes.map(({path, before, after}) => ({
    path,
    before,
    after: after ? {length: after.length, ...modeOf(after)} : undefined,
  }))
  return {...withoutVersion(parsed.head), changes}
}

/** How many bytes of a file hold its head; undefined when these are too few to tell. */
export function headLength(start: Buffer): number | undefined {
  const end = start.indexOf(10, MAGIC.length)
  return end < 0 ? undefined : end + 1
}

export {MAX_HEAD_BYTES}

function parseHead(file: Buffer): {head: StoredHead; end: number} | undefined {
  if (file.subarray(0, MAGIC.length).toString('latin1') !== MAGIC) return undefined
  const end = headLength(file)
  if (end === undefined || end > MAX_HEAD_BYTES) return undefined
  try {
    const head: unknown = JSON.parse(file.subarray(MAGIC.length, end).toString('utf8'))
    return isHead(head) ? {head, end} : undefined
  } catch {
    return undefined // cut in the middle, or overwritten: the caller says that the entry is damaged
  }
}

function isHead(value: unknown): value is StoredHead {
  if (typeof value !== 'object' || value === null) return false
  const head = value as Partial<StoredHead>
  return head.v === 1 && typeof head.id === 'string' && typeof head.root === 'string' && Array.isArray(head.changes)
}

function modeOf({mode}: {mode?: number}): {mode?: number} {
  return mode === undefined ? {} : {mode}
}

function withoutVersion({id, at, root, label, madeFolders}: StoredHead): Omit<Entry, 'changes'> {
  return {id, at, root, label, madeFolders}
}
