import {readSync} from 'node:fs'

const CHUNK = 1024 * 1024

/**
 * The lines of a part of a file, read piece by piece; they end at \n bytes only. A part that begins inside the file begins
 * inside a line most likely, which is left out; so is a byte-order mark at the file's beginning.
 * @param part in bytes, `end` exclusive
 */
export function* linesOf(descriptor: number, part: {start: number; end: number}): Generator<string> {
  let pieces: Buffer[] = []
  let skipping = part.start > 0
  for (let position = part.start; position < part.end;) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK, part.end - position))
    const length = readSync(descriptor, chunk, 0, chunk.length, position)
    if (length === 0) break
    let from = 0
    for (let at = chunk.indexOf(0x0a); at >= 0 && at < length; at = chunk.indexOf(0x0a, from)) {
      const line = textOf([...pieces, chunk.subarray(from, at)])
      pieces = []
      from = at + 1
      if (!skipping) yield line
      skipping = false
    }
    if (from < length) pieces.push(chunk.subarray(from, length))
    position += length
  }
  if (pieces.length > 0 && !skipping) yield textOf(pieces)
}

function textOf(pieces: Buffer[]): string {
  const [only] = pieces
  return (only && pieces.length === 1 ? only : Buffer.concat(pieces)).toString('utf8').replace(/^\uFEFF/, '')
}
