import {cellsOf, graphemeCells, graphemes} from './cells.ts'

/** A text that takes no more than so many cells of a terminal; what was cut is shown by "…". */
export function clipCells(text: string, most: number): string {
  if (cellsOf(text) <= most) return text
  let clipped = ''
  let cells = 0
  for (const grapheme of graphemes(text)) {
    cells += graphemeCells(grapheme)
    if (cells > most - 1) break
    clipped += grapheme
  }
  return `${clipped.trimEnd()}…`
}

/** Filled up with blanks, on the left or on the right. */
export function padCells(text: string, width: number, side: 'left' | 'right' = 'right'): string {
  const blanks = ' '.repeat(Math.max(0, width - cellsOf(text)))
  return side === 'left' ? blanks + text : text + blanks
}
