/** What a path holds: a regular file, with its permission bits (undefined: whatever a new file gets). */
export type FileState = {bytes: Uint8Array; mode?: number | undefined}

/**
 * One path's way from one state to another; undefined means no file. A move is one path that goes and one that comes,
 * a change of mode alone has the same bytes on both sides.
 */
export type PathChange = {
  /** Absolute and resolved through links. */
  path: string
  before: FileState | undefined
  after: FileState | undefined
}

/** A mode that is not given fits every mode. */
export function sameState(one: FileState | undefined, other: FileState | undefined): boolean {
  if (!one || !other) return one === other
  return sameBytes(one.bytes, other.bytes) && sameMode(one.mode, other.mode)
}

export function sameMode(one: number | undefined, other: number | undefined): boolean {
  return process.platform === 'win32' || one === undefined || other === undefined || one === other
}

export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && Buffer.compare(one, other) === 0
}

/**
 * Whether `current` is what writing `after` over `before` from the front leaves when it stops in the middle: a file with
 * several names is written in place and can be found like this after a crash.
 */
export function isTorn(current: Uint8Array, before: Uint8Array, after: Uint8Array): boolean {
  const written = commonPrefix(current, after)
  // Cut to its new length last: until then the file is as long as the longer of what stood and what was written.
  if (current.length !== Math.max(before.length, written)) return false
  return endsLike(current, before, written)
}

function endsLike(current: Uint8Array, before: Uint8Array, from: number): boolean {
  for (let index = from; index < current.length; index++) if (current[index] !== before[index]) return false
  return true
}

export function commonPrefix(one: Uint8Array, other: Uint8Array): number {
  const limit = Math.min(one.length, other.length)
  let length = 0
  while (length < limit && one[length] === other[length]) length++
  return length
}

/** @param skip bytes at the front that are already counted as common */
export function commonSuffix(one: Uint8Array, other: Uint8Array, skip: number): number {
  const limit = Math.min(one.length, other.length) - skip
  let length = 0
  while (length < limit && one[one.length - 1 - length] === other[other.length - 1 - length]) length++
  return length
}
