/** Each field has words of its own: the same word in a path and in a text is not the same term. */
export const FIELD = {
  text: 0x811c9dc5,
  path: 0x2f0b4c27,
  name: 0x5bd1e995,
  definition: 0x1b873593,
  stem: 0x7feb352d,
} as const

export type FieldSeed = (typeof FIELD)[keyof typeof FIELD]

/** Called with the hash of each term, and where it begins. */
export type TermSink = (term: number, at: number) => void

const PRIME = 0x01000193
const MAX_WORD = 80
const OTHER = 0
const LOWER = 1
const UPPER = 2
const DIGIT = 3
const JOINT = 4

const CLASSES = classesOf()

function classesOf(): Uint8Array {
  const classes = new Uint8Array(256)
  for (let byte = 0; byte < 256; byte++) {
    if ((byte >= 97 && byte <= 122) || byte >= 128) classes[byte] = LOWER
    else if (byte >= 65 && byte <= 90) classes[byte] = UPPER
    else if (byte >= 48 && byte <= 57) classes[byte] = DIGIT
    else if (byte === 95 || byte === 36) classes[byte] = JOINT
  }
  return classes
}

/**
 * Gives every word of an identifier (`parseHTTPHeader`, `parse_http_header`) without its ending, and the whole of one
 * that has several words, written in one way.
 * @returns how many words there were
 */
export function scanTerms(bytes: Uint8Array, seed: FieldSeed, sink: TermSink): number {
  return scan(bytes, {seed, sink, beginnings: undefined})
}

/** How words begin that are looked for: most others need no closer look. */
export type Beginnings = Uint8Array

export function beginningsOf(text: string): Beginnings {
  const beginnings = new Uint8Array(1 << 16)
  const bytes = Buffer.from(text)
  const mark = (start: number) => (beginnings[beginning(bytes, start)] = 1)
  for (let at = 0; at + 1 < bytes.length; at++) if (CLASSES[bytes[at] ?? 0] !== OTHER) mark(at)
  return beginnings
}

function beginning(bytes: Uint8Array, start: number): number {
  return (small(bytes[start] ?? 0) << 8) | small(bytes[start + 1] ?? 0)
}

function small(byte: number): number {
  return CLASSES[byte] === UPPER ? byte | 32 : byte
}

/** The same for words that begin like those looked for; of the others some are given, too. */
export function findTerms(bytes: Uint8Array, beginnings: Beginnings, sink: TermSink): void {
  scan(bytes, {seed: FIELD.text, sink, beginnings})
}

type Scan = {seed: FieldSeed; sink: TermSink; beginnings: Beginnings | undefined}

function scan(bytes: Uint8Array, how: Scan): number {
  const length = bytes.length
  let words = 0
  let at = 0
  while (at < length) {
    if (CLASSES[bytes[at] ?? 0] === OTHER) {
      at++
      continue
    }
    const start = at
    while (at < length && CLASSES[bytes[at] ?? 0] !== OTHER) at++
    // Longer ones are data: hashes, keys, encoded pictures.
    if (at - start <= MAX_WORD) words += identifierTerms(bytes, {start, end: at}, how)
  }
  return words
}

type Span = {start: number; end: number; seed: FieldSeed}

function identifierTerms(bytes: Uint8Array, {start, end}: {start: number; end: number}, how: Scan): number {
  const {seed, sink, beginnings} = how
  let words = 0
  let from = start
  while (from < end) {
    if (CLASSES[bytes[from] ?? 0] === JOINT) {
      from++
      continue
    }
    const to = wordEnd(bytes, from, end)
    if (isWord(bytes, from, to)) {
      if (!beginnings || beginnings[beginning(bytes, from)] === 1)
        sink(hashWord(bytes, {start: from, end: stemEnd(bytes, from, to), seed}), from)
      words++
    }
    from = to
  }
  if (words > 1 && (!beginnings || beginnings[beginning(bytes, start)] === 1))
    sink(hashWord(bytes, {start, end, seed}), start)
  return words
}

function wordEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start + 1
  while (at < end) {
    const here = CLASSES[bytes[at] ?? 0]
    if (here === JOINT) break
    const before = CLASSES[bytes[at - 1] ?? 0]
    if (here === UPPER && before !== UPPER) break
    if (here === UPPER && at + 1 < end && CLASSES[bytes[at + 1] ?? 0] === LOWER) break
    at++
  }
  return at
}

function isWord(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 2) return false
  if (end - start <= 4) return true
  for (let at = start; at < end; at++) if (CLASSES[bytes[at] ?? 0] !== DIGIT) return true
  return false
}

/** Where the word ends without -s, -ed, -ing and a last -e: what stays is the same for all its forms. */
function stemEnd(bytes: Uint8Array, start: number, end: number): number {
  let to = end
  const last = (back: number) => (bytes[to - back] ?? 0) | 32
  if (to - start >= 4 && last(1) === 115 && last(2) !== 115 && last(2) !== 117 && last(2) !== 105) to--
  if (to - start >= 6 && last(1) === 103 && last(2) === 110 && last(3) === 105) to -= 3
  else if (to - start >= 5 && last(1) === 100 && last(2) === 101) to -= 2
  if (to - start >= 4 && last(1) === 101) to--
  return to
}

/** The hash of these bytes in small letters, without what joins words. Never 0. */
export function hashWord(bytes: Uint8Array, {start, end, seed}: Span): number {
  let hash: number = seed
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0
    const kind = CLASSES[byte]
    if (kind === JOINT) continue
    hash = Math.imul(hash ^ (kind === UPPER ? byte | 32 : byte), PRIME)
  }
  hash ^= hash >>> 15
  return hash >>> 0 || 1
}
