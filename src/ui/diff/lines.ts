import type {Style} from '../style.ts'
import type {Piece} from './pieces.ts'

/** One line of a screen: what stands in it, and how many cells that takes. */
export type Line = {pieces: Piece[]; cells: number}

/** Cuts pieces into lines of at most `width` cells; a character that is wider alone than a line gets one. */
export function cutLines(pieces: readonly Piece[], width: number): Line[] {
  const lines: Line[] = []
  let line: Line = {pieces: [], cells: 0}
  const turn = () => {
    lines.push(line)
    line = {pieces: [], cells: 0}
  }
  const put = (piece: Piece) => {
    line.pieces.push(piece)
    line.cells += piece.cells
  }
  for (const piece of pieces) {
    if (piece.cells === piece.text.length && piece.cells > width - line.cells) {
      for (let at = 0; at < piece.text.length;) {
        if (line.cells >= width) turn()
        const text = piece.text.slice(at, at + width - line.cells)
        put({...piece, text, cells: text.length})
        at += text.length
      }
      continue
    }
    // What takes no cell belongs to the character in front of it.
    if (piece.cells > 0 && line.cells + piece.cells > width && line.cells > 0) turn()
    put(piece)
  }
  return line.pieces.length > 0 || lines.length === 0 ? [...lines, line] : lines
}

/** The first line of what is longer, with a sign that it goes on. */
export function shortened(lines: readonly Line[], width: number): Line {
  const [first = {pieces: [], cells: 0}] = lines
  if (lines.length < 2) return first
  const [cut = first] = cutLines(first.pieces, Math.max(1, width - 1))
  return {pieces: [...cut.pieces, {text: '…', cells: 1, marked: false, shown: true}], cells: cut.cells + 1}
}

export function paintLine({pieces}: Line, paint: (text: string) => string, style: Style): string {
  const runs: Array<{text: string; stands: boolean}> = []
  for (const {text, marked, shown} of pieces) {
    const stands = marked || (shown && text.startsWith('<'))
    const last = runs.at(-1)
    if (last?.stands === stands) last.text += text
    else runs.push({text, stands})
  }
  return runs.map(({text, stands}) => paint(stands ? style.inverse(text) : text)).join('')
}

/** Signs below the words that changed, for screens without colour. @returns undefined when there are none */
export function caretsBelow({pieces}: Line): string | undefined {
  if (!pieces.some(({marked}) => marked)) return undefined
  return pieces
    .map(({text, cells, marked}) => (text.includes('\t') ? text : (marked ? '^' : ' ').repeat(cells)))
    .join('')
    .trimEnd()
}
