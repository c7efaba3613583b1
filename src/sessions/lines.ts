import {readSync} from 'node:fs'

const CHUNK = 1024 * 1024
/** Bytes of one line; what is longer is no record of ours, and holding it would cost the memory of the machine. */
const LONGEST_LINE = 64 * 1024 * 1024

/** A line as it lies in the file. */
export type RawLine = {
  /** Without its end; undefined when it is longer than any record. */
  bytes: Buffer | undefined
  length: number
  /** Where the next one begins, in bytes. */
  next: number
  /** The part ended before the line did. */
  torn: boolean
}

/**
 * The lines of a part of a file, read piece by piece; they end at \n bytes only. A part that begins inside the file begins
 * inside a line most likely, which is left out unless `whole` says otherwise.
 * @param part in bytes, `end` exclusive
 */
export function* rawLinesOf(
  descriptor: number,
  part: {start: number; end: number; whole?: boolean},
): Generator<RawLine> {
  let pieces: Buffer[] = []
  let length = 0
  let skipping = part.start > 0 && part.whole !== true
  const take = (piece: Buffer) => {
    length += piece.length
    if (length > LONGEST_LINE) pieces = []
    else if (piece.length > 0) pieces.push(piece)
  }
  for (let position = part.start; position < part.end;) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK, part.end - position))
    const read = readSync(descriptor, chunk, 0, chunk.length, position)
    if (read === 0) break
    let from = 0
    for (let at = chunk.indexOf(0x0a); at >= 0 && at < read; at = chunk.indexOf(0x0a, from)) {
      take(chunk.subarray(from, at))
      from = at + 1
      if (!skipping) yield {bytes: joined(pieces, length), length, next: position + from, torn: false}
      skipping = false
      pieces = []
      length = 0
    }
    take(chunk.subarray(from, read))
    position += read
  }
  if (length > 0 && !skipping) yield {bytes: joined(pieces, length), length, next: part.end, torn: true}
}

/** The same lines as text; a byte-order mark at the beginning of one is left out. One that is too long reads as damaged. */
export function* linesOf(descriptor: number, part: {start: number; end: number}): Generator<string> {
  for (const {bytes} of rawLinesOf(descriptor, part)) yield bytes === undefined ? '\0' : textOf(bytes)
}

export function textOf(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/^\uFEFF/, '')
}

function joined(pieces: Buffer[], length: number): Buffer | undefined {
  if (length > LONGEST_LINE) return undefined
  const [only] = pieces
  return only && pieces.length === 1 ? only : Buffer.concat(pieces)
}
