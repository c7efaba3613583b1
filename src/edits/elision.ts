import {lineEnd, lineText, type Splice, type TextDocument} from './document.ts'
import {modelLines, rewrite} from './compose.ts'
import type {OldNew} from './formats/types.ts'
import {indentOf} from './indentation.ts'
import type {LineIndex} from './line-index.ts'
import {isPlaceholder} from './placeholders.ts'

export type Elided = {splices: Splice[]; firstLine: number; lastLine: number}

/** Pieces of a text between lines of three dots. */
type Pieces = {marks: string[]; pieces: string[][]}

/**
 * Both halves leave the same middles out with lines of three dots. Each piece must stand in the file once behind the
 * piece before it, and what is skipped must lie within the block that the first piece begins.
 * @returns undefined when the halves have no such pairs, or a piece is not certain
 */
export function elided(document: TextDocument, index: LineIndex, {old, new: next}: OldNew): Elided | undefined {
  const [a, b] = [piecesOf(old), piecesOf(next)]
  if (a.marks.length === 0 || a.marks.join('\n') !== b.marks.join('\n')) return undefined
  if (a.pieces.every((piece) => piece.length === 0)) return undefined
  const starts = placesFor(index, a.pieces)
  if (!starts) return undefined
  const splices: Splice[] = []
  let reached: number | undefined
  for (const [at, piece] of a.pieces.entries()) {
    const start = starts[at]
    if (start === undefined) {
      if ((b.pieces[at] ?? []).length > 0) return undefined
      continue
    }
    if (
      reached !== undefined &&
      !staysInside(document, {from: reached, until: start, indent: indentOf(a.pieces.flat()[0] ?? '')})
    )
      return undefined
    reached = start + piece.length
    splices.push(pieceSplice(document, {start, piece, next: b.pieces[at] ?? []}))
  }
  const found = starts.filter((start) => start !== undefined)
  return {
    splices: splices.filter((splice) => splice.start !== splice.end || splice.insert !== ''),
    firstLine: found[0] ?? 0,
    lastLine: (reached ?? 1) - 1,
  }
}

function piecesOf(text: string): Pieces {
  const marks: string[] = []
  const pieces: string[][] = [[]]
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  for (const line of lines) {
    if (/^\s*(?:\.{3,}|\u2026)\s*$/.test(line) || isPlaceholder(line, '')) {
      marks.push(line.trim())
      pieces.push([])
    } else pieces.at(-1)?.push(line)
  }
  return {marks, pieces}
}

/** The first line of each piece; an empty piece has none. */
function placesFor(index: LineIndex, pieces: readonly string[][]): (number | undefined)[] | undefined {
  const starts: (number | undefined)[] = []
  let from = 0
  for (const piece of pieces) {
    if (piece.length === 0) {
      starts.push(undefined)
      continue
    }
    if (piece.every((line) => line.trim() === '')) return undefined
    const places = index.runs(piece, 'trimmed-end').filter((start) => start >= from)
    const [only, ...more] = places
    if (only === undefined || more.length > 0) return undefined
    starts.push(only)
    from = only + piece.length
  }
  return starts
}

/** What is skipped must not leave the block: no line further out than its first one, closing brackets excepted. */
function staysInside(
  document: TextDocument,
  {from, until, indent}: {from: number; until: number; indent: string},
): boolean {
  for (let line = from; line < until; line++) {
    const text = lineText(document, line)
    if (text.trim() === '' || /^\s*[\])}>]+[;,]?\s*$/.test(text)) continue
    if (indentOf(text).length < indent.length) return false
  }
  return true
}

function pieceSplice(
  document: TextDocument,
  {start, piece, next}: {start: number; piece: string[]; next: string[]},
): Splice {
  const last = start + piece.length - 1
  const end = lineEnd(document, last)
  const isOpen = document.text.charCodeAt(end - 1) !== 10
  const lines = (texts: readonly string[]) =>
    modelLines(
      texts
        .map((text) => `${text}\n`)
        .join('')
        .slice(0, isOpen ? -1 : undefined),
    )
  return rewrite(document, {
    region: {start: document.lineStarts()[start] ?? 0, end},
    old: lines(piece),
    next: lines(next),
    key: (text) => text.trimEnd(),
    render: (text) => text,
  })
}
