import type {Style} from '../style.ts'
import type {Piece} from './pieces.ts'

/** One line of a screen: what stands in it, and how many cells that takes. */
export type Line = {pieces: Piece[]; cells: number}

const NEAR = 0.3

/**
 * Cuts pieces into lines of at most `width` cells; a character that is wider alone than a line gets one.
 * @param near how many cells may stay empty so that no word is cut
 */
export function cutLines(pieces: readonly Piece[], width: number, near = Math.floor(width * NEAR)): Line[] {
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
    if (piece.unit > 0) {
      for (let at = 0; at < piece.text.length;) {
        if (line.cells + piece.unit > width && line.cells > 0) turn()
        const text = goodCut(piece, at, {room: width - line.cells, near})
        put({...piece, text, cells: text.length * piece.unit})
        at += text.length
        if (at < piece.text.length) turn()
      }
      continue
    }
    // What takes no cell belongs to the character in front of it.
    if (piece.cells > 0 && line.cells + piece.cells > width && line.cells > 0) turn()
    put(piece)
  }
  return line.pieces.length > 0 || lines.length === 0 ? [...lines, line] : lines
}

/** As much as there is room for, and one character at least; up to a blank, when there is one near the end of the line. */
function goodCut({text, unit}: Piece, at: number, {room, near}: {room: number; near: number}): string {
  const most = Math.max(1, Math.floor(room / Math.max(1, unit)))
  if (text.length - at <= most) return text.slice(at)
  const full = text.slice(at, at + most)
  const blank = full.lastIndexOf(' ') + 1
  return blank > 0 && most - blank <= near ? full.slice(0, blank) : full
}

/** As much as one line takes, with a sign that it goes on. */
export function shortened(pieces: readonly Piece[], width: number): Line {
  const cells = pieces.reduce((sum, piece) => sum + piece.cells, 0)
  if (cells <= width) return {pieces: [...pieces], cells}
  const [first = {pieces: [], cells: 0}] = cutLines(pieces, width - 1, 0)
  return {
    pieces: [...first.pieces, {text: '…', unit: 1, cells: 1, marked: false, shown: false}],
    cells: first.cells + 1,
  }
}

export function paintLine({pieces}: Line, paint: (text: string) => string, style: Style): string {
  const runs: Array<{text: string; stands: boolean}> = []
  for (const {text, marked, shown} of pieces) {
    const stands = marked || shown
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
    .map(({text, cells, marked}) =>
      text.includes('\t') ? text.replaceAll(/[^\t]/g, marked ? '^' : ' ') : (marked ? '^' : ' ').repeat(cells),
    )
    .join('')
    .trimEnd()
}
