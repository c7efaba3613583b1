import {clipPainted, paintedCells} from './painted.ts'

export type Size = {columns: number; rows: number}
export type Place = {row: number; column: number}

/** What the next frame shows. */
export type Picture = {
  /** Finished lines: they are written once, above everything that changes, and may be wider than the terminal. */
  finished: readonly string[]
  /** The lines that are painted anew when they change. */
  live: readonly string[]
  /** In `live`; undefined where nobody types: then the cursor waits, hidden, at the first of these lines. */
  cursor: Place | undefined
}

export type Frames = {
  /** @returns the bytes that turn what is shown into the picture; empty when it is shown already */
  paint: (picture: Picture, size: Size) => string
  /** @returns the bytes that take away what is live, and leave the cursor where it began */
  erase: (size: Size) => string
}

const BEGIN = '\u001B[?2026h\u001B[?25l'
const END = '\u001B[?2026l'
const SHOW = '\u001B[?25h'
const BELOW = '\u001B[J'
const REST = '\u001B[K'
/** Live lines are clipped, not wrapped, also when the terminal has just become narrower than we know. */
const NO_WRAP = '\u001B[?7l'
const WRAP = '\u001B[?7h'

type Shown = {live: readonly string[]; at: Place; visible: boolean; size: Size}

/**
 * Paints inline, in the normal screen, with relative moves only. A terminal that becomes narrower wraps the live lines
 * anew: how many rows that makes above the cursor is reckoned here, and where the cursor waits at the first of them there
 * is nothing to reckon.
 */
export function createFrames(): Frames {
  let shown: Shown | undefined
  return {
    paint(picture, size) {
      const next = fitted(picture, size)
      const bytes = bytesFor(shown, next, size)
      const at = next.cursor ?? {row: 0, column: 0}
      shown = {live: next.live, at, visible: next.cursor !== undefined, size}
      return bytes
    },
    erase(size) {
      const bytes = shown ? `${toTop(shown, size)}${BELOW}${SHOW}` : ''
      shown = undefined
      return bytes
    },
  }
}

/** Never the last column, where terminals differ, and never more rows than there are: the cursor's and those nearest the end stay. */
function fitted({finished, live, cursor}: Picture, {columns, rows}: Size): Picture {
  const most = Math.max(1, rows - 1)
  const surplus = Math.max(0, live.length - most)
  const from = Math.min(surplus, cursor?.row ?? surplus)
  return {
    finished,
    live: live.slice(from, from + most).map((line) => clipPainted(line, columns - 1)),
    cursor: cursor && {row: cursor.row - from, column: Math.min(cursor.column, columns - 1)},
  }
}

function bytesFor(shown: Shown | undefined, next: Picture, size: Size): string {
  const isWhole =
    !shown ||
    next.finished.length > 0 ||
    next.live.length < shown.live.length ||
    shown.size.columns !== size.columns ||
    shown.size.rows !== size.rows
  const body = isWhole ? whole(shown, next, size) : changes(shown, next)
  if (body === '' && shown && isSamePlace(shown, next)) return ''
  const from = body === '' && shown ? shown.at.row : Math.max(0, next.live.length - 1)
  return `${BEGIN}${body}${moveTo(from, next)}${next.cursor ? SHOW : ''}${END}`
}

function isSamePlace({at, visible}: Shown, {cursor}: Picture): boolean {
  return cursor ? visible && at.row === cursor.row && at.column === cursor.column : !visible
}

function whole(shown: Shown | undefined, {finished, live}: Picture, size: Size): string {
  const start = shown ? `${toTop(shown, size)}${BELOW}` : '\r'
  const lines = finished.map((line) => `${line}\r\n`).join('')
  return `${start}${lines}${NO_WRAP}${live.join('\r\n')}${WRAP}`
}

/** Only the rows that differ; ends on the last one. */
function changes(shown: Shown, {live}: Picture): string {
  let body = ''
  let row = shown.at.row
  for (const [index, line] of live.entries()) {
    const isNew = index >= shown.live.length
    if (!isNew && shown.live[index] === line) continue
    if (isNew) body += `${vertical(row, index - 1)}\r\n${line}`
    else body += `${vertical(row, index)}\r${line}${REST}`
    row = index
  }
  if (body === '') return ''
  return `${NO_WRAP}${body}${WRAP}${vertical(row, live.length - 1)}`
}

function vertical(from: number, to: number): string {
  if (from === to) return ''
  return from > to ? `\u001B[${from - to}A` : `\u001B[${to - from}B`
}

function moveTo(from: number, {cursor}: Picture): string {
  const {row, column} = cursor ?? {row: 0, column: 0}
  return `${vertical(from, row)}\r${column > 0 ? `\u001B[${column}C` : ''}`
}

/** To the first column of the first live row, from wherever a new width has put the cursor. */
function toTop({live, at, size}: Shown, {columns}: Size): string {
  let rows = at.row
  if (columns < size.columns) {
    rows = 0
    for (const line of live.slice(0, at.row)) rows += Math.max(1, Math.ceil(paintedCells(line) / columns))
  }
  return `\r${vertical(rows, 0)}`
}
