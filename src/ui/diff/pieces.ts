import type {MarkedRow} from '../../edits/marked-hunks.ts'
import type {Mark} from '../../edits/word-marks.ts'
import {graphemeCells, graphemes} from '../cells.ts'
import {isPlain, nameOf, type Names} from './names.ts'

/** A part of a line as it is shown. */
export type Piece = {
  text: string
  /** Cells of each of its characters, where it can be cut between any of them; 0 where it cannot be cut. */
  unit: 0 | 1 | 2
  cells: number
  /** One of the words that changed. */
  marked: boolean
  /** Stands for something that a terminal would obey or hide. */
  shown: boolean
}

export type PieceOptions = {
  /** Cells from one tab stop to the next; 0 leaves tabs as they are. */
  tab: number
  /** Whether a carriage return at the end of a line is shown. */
  returns: boolean
}

/**
 * Runs of letters that stand for themselves whatever surrounds them, of one cell each and of two; tabs; and all others,
 * with the letter that a mark stands on.
 */
const NARROW = String.raw`\u0020-\u007E\u00A1-\u00AC\u00AE-\u02FF\u0370-\u0377\u0384-\u0386\u0388-\u038A\u038E-\u03A1\u03A3-\u0482\u048A-\u052F`
const WIDE = String.raw`\u3001-\u3029\u3041-\u3096\u309B-\u30FF\u3105-\u312F\u3131-\u3163\u3165-\u318E\u3400-\u4DBF\u4E00-\u9FFF\uAC00-\uD7A3\uFF01-\uFF60`
const PARTS = new RegExp(
  `[${NARROW}]+(?!\\p{M})|[${WIDE}]+(?!\\p{M})|\\t+|[${NARROW}${WIDE}]?[^\\t${NARROW}${WIDE}]+`,
  'gu',
)
const LETTERS = {narrow: new RegExp(`^[${NARROW}]+$`), wide: new RegExp(`^[${WIDE}]+$`)}
const PLAIN = /^(?:[\u0020-\u007E]*[\u0021-\u007E])?$/

/** Shows a row of a diff: tabs as blanks, blanks where they are the change, and whatever cannot be seen. */
export function piecesOf(row: MarkedRow, options: PieceOptions): Piece[] {
  // Most lines are nothing but letters that stand for themselves.
  if (row.marks === undefined && PLAIN.test(row.text))
    return [{text: row.text, unit: 1, cells: row.text.length, marked: false, shown: false}]
  const line = row.text.endsWith('\r') ? row.text.slice(0, -1) : row.text
  const trailing = row.sign === ' ' ? line.length : trailingStart(line)
  const out = createPieces(options.tab)
  for (const {start, end, marked, alike} of parts(line.length, row.marks ?? [])) {
    const text = line.slice(start, end)
    const blanksAre = marked && /^\s*$/.test(text)
    putText(text, {
      out,
      marked,
      visibleFrom: blanksAre ? 0 : trailing - start,
      names: alike ? 'all' : row.sign === ' ' ? 'hidden' : 'blanks',
    })
  }
  if (line.length < row.text.length && options.returns)
    out.put({text: '␍', unit: 0, cells: 1, marked: false, shown: true})
  return out.pieces
}

function trailingStart(line: string): number {
  let start = line.length
  while (start > 0 && (line[start - 1] === ' ' || line[start - 1] === '\t')) start--
  return start
}

function* parts(length: number, marks: readonly Mark[]) {
  let at = 0
  for (const {start, end, alike = false} of marks) {
    if (start > at) yield {start: at, end: start, marked: false, alike: false}
    if (end > start) yield {start, end: Math.min(end, length), marked: true, alike}
    at = end
  }
  if (at < length) yield {start: at, end: length, marked: false, alike: false}
}

type Pieces = {pieces: Piece[]; put: (piece: Piece) => void; tab: (marked: boolean, visible: boolean) => void}

function createPieces(tabStop: number): Pieces {
  const pieces: Piece[] = []
  let column = 0
  const put = (piece: Piece) => {
    column += piece.cells
    const last = pieces.at(-1)
    const joins = piece.unit > 0 && last?.unit === piece.unit && last.marked === piece.marked
    if (joins) {
      last.text += piece.text
      last.cells += piece.cells
    } else pieces.push({...piece})
  }
  return {
    pieces,
    put,
    tab(marked, visible) {
      if (tabStop === 0) return put({text: visible ? '→' : '\t', unit: 1, cells: 1, marked, shown: false})
      const cells = tabStop - (column % tabStop)
      put({text: (visible ? '→' : ' ').padEnd(cells), unit: 1, cells, marked, shown: false})
    },
  }
}

type Put = {
  out: Pieces
  marked: boolean
  /** Offset from which blanks are shown. */
  visibleFrom: number
  names: Names
}

function putText(text: string, {out, marked, visibleFrom, names}: Put): void {
  const seen = text.slice(0, Math.max(0, visibleFrom))
  for (const part of seen.match(PARTS) ?? []) {
    const last = part.charCodeAt(part.length - 1)
    if (last === 9) for (let tab = 0; tab < part.length; tab++) out.tab(marked, false)
    else if (last >= 0x20 && last <= 0x7e && names !== 'all')
      out.put({text: part, unit: 1, cells: part.length, marked, shown: false})
    else putOther(part, {out, marked, names})
  }
  for (const blank of text.slice(seen.length)) {
    if (blank === '\t') out.tab(marked, true)
    else if (blank === ' ') out.put({text: '·', unit: 1, cells: 1, marked, shown: false})
    else putOther(blank, {out, marked, names: 'blanks'})
  }
}

function putOther(text: string, {out, marked, names}: Omit<Put, 'visibleFrom'>): void {
  const unit = names === 'all' ? 0 : LETTERS.narrow.test(text) ? 1 : LETTERS.wide.test(text) ? 2 : 0
  if (unit > 0) return out.put({text, unit, cells: unit * text.length, marked, shown: false})
  for (const grapheme of graphemes(text)) {
    if (isPlain(grapheme, names))
      out.put({text: grapheme, unit: 0, cells: graphemeCells(grapheme), marked, shown: false})
    else for (const character of grapheme) putNamed(character, {out, marked, names})
  }
}

function putNamed(character: string, {out, marked, names}: Omit<Put, 'visibleFrom'>): void {
  const name = nameOf(character, names)
  if (name === undefined) out.put({text: character, unit: 0, cells: graphemeCells(character), marked, shown: false})
  else out.put({text: name, unit: 0, cells: name.length, marked, shown: true})
}
