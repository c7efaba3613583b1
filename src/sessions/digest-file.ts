import {closeSync, constants, fstatSync, openSync, readSync, type Stats} from 'node:fs'
import {systemCode} from '../errors.ts'
import {addLine, emptyDigest, type Digest} from './digest.ts'
import {rawLinesOf, type RawLine} from './lines.ts'

/** What one pass over a file found, and how to go on from there when it has grown. */
export type ScannedFile = {
  digest: Digest
  /** Bytes that are in `digest`: whole lines. */
  scanned: number
  size: number
  modifiedMs: number
  /** Bytes before `scanned`, by which a file that was rewritten is told from one that has grown. */
  mark: string
}

/** Bytes of the beginning and of the end that are read when there is no time for all. */
const GLANCE = 64 * 1024
const MARK = 64

/**
 * What a session file says of itself, from where an earlier pass ended where the file has only grown since.
 * @returns `digest` with what is not ended by a line break yet, `scanned` without it
 * @throws the system's error when it cannot be read
 */
export function scanFile(path: string, earlier?: ScannedFile): {digest: Digest; scanned: ScannedFile} {
  return withFile(path, (descriptor, facts) => {
    const before = earlier && goesOn(descriptor, facts, earlier) ? earlier : undefined
    const digest = before ? structuredClone(before.digest) : emptyDigest()
    let end = before?.scanned ?? 0
    let rest: RawLine | undefined
    for (const line of rawLinesOf(descriptor, {start: end, end: facts.size, whole: true})) {
      if (line.torn) rest = line
      else {
        addLine(digest, line)
        end = line.next
      }
    }
    const mark = markBefore(descriptor, end)
    const scanned = {digest, scanned: end, size: facts.size, modifiedMs: facts.mtimeMs, mark}
    if (!rest) return {digest, scanned}
    const whole = structuredClone(digest)
    addLine(whole, rest)
    return {digest: whole, scanned}
  })
}

/** The beginning and the end only: who, when, what it is called; neither turns nor costs are counted. */
export function glanceAt(path: string): Digest {
  return withFile(path, (descriptor, {size}) => {
    const digest = emptyDigest()
    for (const line of rawLinesOf(descriptor, {start: 0, end: Math.min(size, GLANCE)}))
      if (!line.torn || size <= GLANCE) addLine(digest, line)
    const start = Math.max(GLANCE, size - GLANCE)
    if (start < size) for (const line of rawLinesOf(descriptor, {start, end: size})) addLine(digest, line)
    return digest
  })
}

/** Opened without following a link, and without waiting where it is no file. The caller closes the descriptor. */
export function openSessionFile(path: string): {descriptor: number; facts: Stats} {
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  const facts = fstatSync(descriptor)
  if (facts.isFile()) return {descriptor, facts}
  closeSync(descriptor)
  throw Object.assign(new Error('no regular file'), {code: 'EINVAL'})
}

function withFile<Result>(path: string, read: (descriptor: number, facts: Stats) => Result): Result {
  const {descriptor, facts} = openSessionFile(path)
  try {
    return read(descriptor, facts)
  } finally {
    closeSync(descriptor)
  }
}

/** Why a file cannot be read, in words that fit after "cannot be read". */
export function reasonOf(error: unknown): string {
  const code = systemCode(error)
  if (code === undefined) throw error
  return code === 'EACCES' || code === 'EPERM' ? 'permission denied' : code
}

function goesOn(descriptor: number, facts: Stats, {scanned, size, modifiedMs, mark}: ScannedFile): boolean {
  if (facts.size < size || (facts.size === size && facts.mtimeMs !== modifiedMs)) return false
  return markBefore(descriptor, scanned) === mark
}

function markBefore(descriptor: number, end: number): string {
  const bytes = Buffer.alloc(Math.min(MARK, end))
  const read = readSync(descriptor, bytes, 0, bytes.length, end - bytes.length)
  return bytes.subarray(0, read).toString('base64')
}
