import {cellsOf} from '../cells.ts'
import {MARK, paint, type Look, type Run} from './runs.ts'
import {Wrapper} from './wrapper.ts'

export type Cell = Run[]
export type Alignment = 'left' | 'right' | 'centre'

const GAP = 2
/** A column that would get less makes the table a list. */
const LEAST = 8
/** Words longer than this may be cut in a narrow column. */
const LONG_WORD = 16

export type Columns = {
  /** Cells of each column; undefined for a table that is shown as a list. */
  widths: number[] | undefined
  /** Whether some row takes several lines, so that lines between the rows are needed. */
  ruled: boolean
  head: Cell[]
  alignments: readonly Alignment[]
}

type Rows = {head: Cell[]; rows: readonly Cell[][]; alignments: readonly Alignment[]}

/** Fits columns into a width: short ones keep theirs, long ones share what is left. */
export function fitColumns({head, rows, alignments}: Rows, width: number): Columns {
  const count = Math.max(head.length, ...rows.map((row) => row.length))
  const all = [head, ...rows]
  const natural = Array.from({length: count}, (_, column) =>
    Math.max(1, ...all.map((row) => cellWidth(row[column] ?? []))),
  )
  const room = width - GAP * (count - 1)
  if (sum(natural) <= room) return {widths: natural, ruled: all.some(severalLines), head, alignments}
  const least = natural.map((cells, column) => {
    const words = all.map((row) => longestWord(row[column] ?? []))
    return Math.min(cells, Math.max(LEAST, Math.min(LONG_WORD, Math.max(...words))))
  })
  if (sum(least) > room) return {widths: undefined, ruled: false, head, alignments}
  return {widths: share(natural, least, room), ruled: true, head, alignments}
}

function share(natural: readonly number[], least: readonly number[], room: number): number[] {
  const at = (level: number) => natural.map((cells, column) => Math.min(cells, Math.max(level, least[column] ?? 0)))
  let level = 1
  while (sum(at(level + 1)) <= room && level < room) level += 1
  const widths = at(level)
  let left = room - sum(widths)
  return widths.map((cells, column) => {
    const more = Math.min(left, Math.max(0, Math.min(1, (natural[column] ?? 0) - cells)))
    left -= more
    return cells + more
  })
}

export function headLines({head, widths, alignments, ruled}: Columns, look: Look): string[] {
  if (widths === undefined) return []
  const bold = head.map((cell) => cell.map((run) => ({...run, marks: run.marks | MARK.bold})))
  return [...rowLines(bold, {head, widths, alignments, ruled}, look), rule(widths, look)]
}

/** @param first whether no row stands above */
export function bodyLines(row: readonly Cell[], columns: Columns, {look, first, width}: Body): string[] {
  const {widths, ruled} = columns
  if (widths === undefined) return [...(first ? [] : ['']), ...listLines(row, columns.head, {look, first, width})]
  return [...(ruled && !first ? [rule(widths, look)] : []), ...rowLines(row, columns, look)]
}

type Body = {look: Look; first: boolean; width: number}

function rule(widths: readonly number[], {style}: Look): string {
  return style.dim(widths.map((cells) => '─'.repeat(cells)).join(' '.repeat(GAP)))
}

function rowLines(row: readonly Cell[], {widths = [], alignments}: Columns, look: Look): string[] {
  const wrapped = widths.map((width, column) => wrapCell(row[column] ?? [], width))
  const height = Math.max(1, ...wrapped.map((lines) => lines.length))
  return Array.from({length: height}, (_, index) =>
    widths
      .map((width, column) => {
        const runs = wrapped[column]?.[index] ?? []
        return aligned(paint(runs, look), width - cellWidth(runs), alignments[column] ?? 'left')
      })
      .join(' '.repeat(GAP))
      .trimEnd(),
  )
}

function aligned(text: string, room: number, alignment: Alignment): string {
  const before = alignment === 'left' ? 0 : alignment === 'right' ? room : Math.floor(room / 2)
  return ' '.repeat(Math.max(0, before)) + text + ' '.repeat(Math.max(0, room - before))
}

/** A row as lines of "head: cell", for a terminal that is too narrow for columns. */
function listLines(row: readonly Cell[], head: readonly Cell[], {look, width}: Body): string[] {
  return row.flatMap((cell, column) => {
    if (cell.length === 0) return []
    const name = head[column] ?? []
    const label = name.length === 0 ? [] : name.map((run) => ({...run, marks: run.marks | MARK.bold}))
    const runs = label.length === 0 ? cell : [...label, {text: ': ', marks: 0}, ...cell]
    return wrapCell(runs, width - GAP).map((line, index) => (index === 0 ? '' : ' '.repeat(GAP)) + paint(line, look))
  })
}

export function wrapCell(cell: Cell, width: number): Run[][] {
  const lines: Run[][] = []
  const wrapper = new Wrapper({emit: (runs) => lines.push(runs), width: () => Math.max(1, width), cut: true})
  for (const run of cell) wrapper.feed(run)
  wrapper.finish()
  return lines
}

function cellText(cell: readonly Run[]): string {
  return cell.map(({text}) => text).join('')
}

function cellWidth(cell: readonly Run[]): number {
  return Math.max(0, ...cellText(cell).split('\n').map(cellsOf))
}

function longestWord(cell: readonly Run[]): number {
  return Math.max(0, ...cellText(cell).split(/\s+/).map(cellsOf))
}

function severalLines(row: readonly Cell[]): boolean {
  return row.some((cell) => cellText(cell).includes('\n'))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
