import type {MarkedRow} from '../../edits/marked-hunks.ts'
import type {Mark} from '../../edits/word-marks.ts'
import {graphemeCells, graphemes} from '../cells.ts'

/** A part of a line as it is shown. */
export type Piece = {
  text: string
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

/** Plain letters, tabs, and others; with those the plain letter that a mark stands on. */
const PARTS = /[\u0020-\u007E]+(?!\p{M})|\t+|[\u0020-\u007E]?[^\t\u0020-\u007E]+/gu
const PLAIN = /^(?:[\u0020-\u007E]*[\u0021-\u007E])?$/
/** What is not seen, or changes how what follows is seen. */
const HIDDEN = /[\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800\uFFF9-\uFFFB]/u
/** Blanks that are not what they look like. */
const ODD_BLANK = /[\u00A0\u1680\u2000-\u200A\u202F\u205F]/
const CONTROL = /\p{Cc}/u
/** Letters that stand for themselves whatever surrounds them: no marks, nothing joined, nothing hidden. */
const SIMPLE =
  /^[\u00A1-\u00AC\u00AE-\u02FF\u0370-\u0482\u048A-\u058F\u2010-\u2027\u2030-\u205E\u3001-\u3029\u3030-\u3098\u309B-\u3163\u3165-\u9FFF\uAC00-\uD7A3\uFF01-\uFF9F]$/
const PICTURE = /^\p{Extended_Pictographic}$/u
const BEFORE_JOINER = /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F]$/u

/** Shows a row of a diff: tabs as blanks, blanks where they are the change, and whatever cannot be seen. */
export function piecesOf(row: MarkedRow, options: PieceOptions): Piece[] {
  // Most lines are nothing but letters that stand for themselves.
  if (row.marks === undefined && PLAIN.test(row.text))
    return [{text: row.text, cells: row.text.length, marked: false, shown: false}]
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
  if (line.length < row.text.length && options.returns) out.put({text: '␍', cells: 1, marked: false, shown: true})
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
    const joins =
      last?.marked === piece.marked &&
      !last.shown &&
      !piece.shown &&
      last.cells === last.text.length &&
      piece.cells === piece.text.length
    if (joins) {
      last.text += piece.text
      last.cells += piece.cells
    } else pieces.push({...piece})
  }
  return {
    pieces,
    put,
    tab(marked, visible) {
      if (tabStop === 0) return put({text: visible ? '→' : '\t', cells: 1, marked, shown: false})
      const cells = tabStop - (column % tabStop)
      put({text: (visible ? '→' : ' ').padEnd(cells), cells, marked, shown: false})
    },
  }
}

/** Which characters are shown by name: what is hidden; blanks of other kinds, too; or all that are not ASCII. */
type Names = 'hidden' | 'blanks' | 'all'

type Put = {
  out: Pieces
  marked: boolean
  /** Offset from which blanks are shown. */
  visibleFrom: number
  names: Names
}

function putText(text: string, {out, marked, visibleFrom, names}: Put): void {
  const seen = text.slice(0, Math.max(0, visibleFrom))
  const blanks = text.slice(seen.length)
  for (const part of seen.match(PARTS) ?? []) {
    const last = part.charCodeAt(part.length - 1)
    if (last === 9) for (let tab = 0; tab < part.length; tab++) out.tab(marked, false)
    else if (last >= 0x20 && last <= 0x7e) out.put({text: part, cells: part.length, marked, shown: false})
    else putOther(part, {out, marked, names})
  }
  for (const blank of blanks) {
    if (blank === '\t') out.tab(marked, true)
    else if (blank === ' ') out.put({text: '·', cells: 1, marked, shown: false})
    else putOther(blank, {out, marked, names: 'blanks'})
  }
}

function putOther(text: string, {out, marked, names}: Omit<Put, 'visibleFrom'>): void {
  for (const grapheme of graphemesOf(text)) {
    if (isPlain(grapheme, names)) out.put({text: grapheme, cells: graphemeCells(grapheme), marked, shown: false})
    else
      for (const character of grapheme) {
        const name = visible(character, names)
        const shown = name ?? character
        out.put({
          text: shown,
          cells: name === undefined ? graphemeCells(shown) : shown.length,
          marked,
          shown: name !== undefined,
        })
      }
  }
}

/** Graphemes, the costly way only where it is needed. */
function* graphemesOf(text: string): Generator<string> {
  let rest = 0
  for (let at = 0; at < text.length; at++) {
    const isSimple = SIMPLE.test(text[at] ?? '') && (at + 1 === text.length || SIMPLE.test(text[at + 1] ?? ''))
    if (!isSimple) continue
    if (at > rest) yield* graphemes(text.slice(rest, at))
    yield text[at] ?? ''
    rest = at + 1
  }
  if (rest < text.length) yield* graphemes(text.slice(rest))
}

/** Whether nothing of a grapheme has to be shown by name; a joined emoji has parts that are not seen, and is. */
function isPlain(grapheme: string, names: Names): boolean {
  const characters = [...grapheme]
  return characters.every((character, index) => {
    if (visible(character, names) === undefined) return true
    const [before = '', after = ''] = [characters[index - 1], characters[index + 1]]
    if (character === '\uFE0F') return PICTURE.test(before) || (/^[0-9#*]$/.test(before) && after === '\u20E3')
    return character === '\u200D' && BEFORE_JOINER.test(before) && PICTURE.test(after)
  })
}

/** @returns undefined for what can be seen as it is */
function visible(character: string, names: Names): string | undefined {
  const code = character.codePointAt(0) ?? 0
  if (CONTROL.test(character)) {
    if (code < 0x20) return String.fromCharCode(0x2400 + code)
    return code === 0x7f ? '␡' : `<U+00${code.toString(16).toUpperCase()}>`
  }
  const isNamed =
    HIDDEN.test(character) || (names === 'all' ? code > 0x7f : names === 'blanks' && ODD_BLANK.test(character))
  if (!isNamed) return undefined
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`
}
