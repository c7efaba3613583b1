import {cellsOf, graphemeCells, graphemes} from '../cells.ts'

/** What colours text or makes a link of it; it takes no cell. */
const CODE = /\u001B(?:\[[0-9;:]*m|\]8;[^\u0007\u001B]*(?:\u0007|\u001B\\))/g
const RESET = '\u001B[0m'
const END_LINK = '\u001B]8;;\u001B\\'

/** Cells that a painted line takes: text with colours and links, without anything that moves the cursor. */
export function paintedCells(line: string): number {
  return cellsOf(line.includes('\u001B') ? line.replaceAll(CODE, '') : line)
}

/** As much of a painted line as fits; colours and links that are cut off end with it. */
export function clipPainted(line: string, columns: number): string {
  if (line.length <= columns && !line.includes('\u001B') && cellsOf(line) <= columns) return line
  if (paintedCells(line) <= columns) return line
  let kept = ''
  let cells = 0
  for (const piece of piecesOf(line)) {
    if (piece.startsWith('\u001B')) {
      kept += piece
      continue
    }
    for (const grapheme of graphemes(piece)) {
      cells += graphemeCells(grapheme)
      if (cells > columns) return kept + endOf(kept)
      kept += grapheme
    }
  }
  return kept
}

/** The end of a painted line, without its colours where it does not fit whole. */
export function tailPainted(line: string, columns: number): string {
  if (paintedCells(line) <= columns) return line
  let tail = ''
  let cells = 1
  for (const grapheme of graphemes(line.replaceAll(CODE, '')).toReversed()) {
    cells += graphemeCells(grapheme)
    if (cells > columns) break
    tail = grapheme + tail
  }
  return `…${tail}`
}

function piecesOf(line: string): string[] {
  const pieces: string[] = []
  let from = 0
  for (const match of line.matchAll(CODE)) {
    pieces.push(line.slice(from, match.index), match[0])
    from = match.index + match[0].length
  }
  return [...pieces, line.slice(from)]
}

function endOf(kept: string): string {
  return (kept.includes('\u001B]8;') ? END_LINK : '') + (kept.includes('\u001B[') ? RESET : '')
}

/** Breaks one line of foreign text, without control characters, into rows of at most so many cells, at blanks where there are some. */
export function wrapRows(line: string, columns: number): string[] {
  if (line.length <= columns && cellsOf(line) <= columns) return [line]
  const rows: string[] = []
  let row: string[] = []
  let cells = 0
  let blank = -1
  for (const grapheme of graphemes(line)) {
    const width = graphemeCells(grapheme)
    if (cells + width > columns && row.length > 0) {
      const end = grapheme === ' ' ? row.length : blank > 0 ? blank : row.length
      rows.push(row.slice(0, end).join(''))
      row = row.slice(end)
      if (row[0] === ' ') row.shift()
      cells = row.reduce((sum, part) => sum + graphemeCells(part), 0)
      blank = -1
      if (grapheme === ' ' && row.length === 0) continue
    }
    if (grapheme === ' ') blank = row.length
    row.push(grapheme)
    cells += width
  }
  return [...rows, row.join('')]
}
