import {markedHunks, type MarkedHunk, type MarkedRow} from '../edits/marked-hunks.ts'
import type {Environment} from '../paths.ts'
import {foldRow} from './diff/fold.ts'
import {caretsBelow, cutLines, paintLine, shortened, type Line} from './diff/lines.ts'
import {piecesOf} from './diff/pieces.ts'
import {sanitize} from './sanitize.ts'
import {styleFor, type Output, type Style} from './style.ts'

/** Wider tabs would push code off a narrow terminal. */
const TAB = 4
/** Where less than this remains for the text, only one number stands in front of it. */
const ROOMY = 50
const LEAST_TEXT = 12
const NO_NEWLINE = '\\ no newline at end of file'

export type DiffScreen = {
  style: Style
  /** Of the terminal; undefined for a pipe or a file, which get the signs in the first column. */
  columns: number | undefined
}

/** How a diff is shown on a stream. */
export function diffScreen(output: Output, env: Environment): DiffScreen {
  // Some terminals say that they have no columns at all.
  const columns = output.columns === undefined || output.columns < 1 ? 80 : output.columns
  return {style: styleFor(output, env), columns: output.isTTY === true ? columns : undefined}
}

/** A diff of one file as lines to print: signs say what changed, colours only add; nothing in it can move, hide or lie. */
export function diffLines(diff: string, screen: DiffScreen): string[] {
  const hunks = markedHunks(diff)
  const returns = showsReturns(hunks)
  return screen.columns === undefined
    ? pipeLines(diff, hunks, {...screen, returns})
    : screenLines(hunks, {...screen, columns: screen.columns, returns})
}

/** Carriage returns are shown unless they are at the end of every line. */
function showsReturns(hunks: readonly MarkedHunk[]): boolean {
  return hunks.some(({rows}) => rows.some(({text, unfinished}) => !unfinished && !text.endsWith('\r')))
}

type Screen = {style: Style; columns: number; returns: boolean}

function screenLines(hunks: readonly MarkedHunk[], screen: Screen): string[] {
  const gutter = gutterFor(hunks, screen.columns)
  return hunks.flatMap(({rows}, index) => [
    ...(index === 0 ? [] : [screen.style.dim(`${' '.repeat(gutter.width - 1)}⋮`)]),
    ...rows.flatMap((row) => rowLines(row, gutter, screen)),
  ])
}

type Gutter = {
  /** Cells in front of the text, its sign included. */
  width: number
  numbers: (row: MarkedRow) => string
}

/** Old and new numbers; in a narrow terminal the new one, and the old one of a removed line. */
function gutterFor(hunks: readonly MarkedHunk[], columns: number): Gutter {
  const digits = (last: (hunk: MarkedHunk) => number) => String(Math.max(1, ...hunks.slice(-1).map(last))).length
  const old = digits(({oldStart, oldLines}) => oldStart + oldLines - 1)
  const next = digits(({newStart, newLines}) => newStart + newLines - 1)
  const pad = (number: number | undefined, width: number) => String(number ?? '').padStart(width)
  if (columns - (old + next + 4) >= ROOMY || old + next <= 4)
    return {width: old + next + 4, numbers: (row) => ` ${pad(row.old, old)} ${pad(row.new, next)} `}
  const width = Math.max(old, next)
  return {width: width + 2, numbers: (row) => `${pad(row.new ?? row.old, width)} `}
}

function rowLines(row: MarkedRow, gutter: Gutter, screen: Screen): string[] {
  const {style, columns} = screen
  const width = Math.max(LEAST_TEXT, columns - gutter.width)
  const pieces = piecesOf(foldRow(row, width), {tab: TAB, returns: screen.returns})
  // What stays as it is needs not be read to its end.
  const lines = row.sign === ' ' ? [shortened(pieces, width)] : cutLines(pieces, width)
  const blank = ' '.repeat(gutter.width - 1)
  const found = lines.flatMap((line, index) => [
    style.dim(index === 0 ? gutter.numbers(row) : blank) + painted(row, line, style),
    ...carets(line, `${blank} `, style),
  ])
  return row.unfinished ? [...found, style.dim(`${blank}${NO_NEWLINE}`)] : found
}

function painted({sign}: MarkedRow, line: Line, style: Style): string {
  const paint = sign === '+' ? style.green : sign === '-' ? style.red : (text: string) => text
  return paintLine(
    {...line, pieces: [{text: sign, unit: 1, cells: 1, marked: false, shown: false}, ...line.pieces]},
    paint,
    style,
  )
}

/** Where colours do not, a second line says which words changed. */
function carets(line: Line, indent: string, style: Style): string[] {
  const signs = style.inverse('^') === '^' ? caretsBelow(line) : undefined
  return signs === undefined ? [] : [indent + signs]
}

/** The unified form, tabs and long lines as they are; a line that begins with "?" says which words changed. */
function pipeLines(
  diff: string,
  hunks: readonly MarkedHunk[],
  {style, returns}: {style: Style; returns: boolean},
): string[] {
  const head = hunks.length === 0 ? diff : diff.slice(0, /^@@/m.exec(diff)?.index)
  const lines = head.split('\n').filter((line) => line !== '')
  const found = lines.map((line) => style.bold(sanitize(line).trimEnd()))
  for (const {oldStart, oldLines, newStart, newLines, rows} of hunks) {
    found.push(style.cyan(`@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`))
    for (const row of rows) {
      const line = {pieces: piecesOf(row, {tab: 0, returns}), cells: 0}
      found.push(painted(row, line, style), ...carets(line, '?', style))
      if (row.unfinished) found.push(NO_NEWLINE)
    }
  }
  return found
}

function range(start: number, lines: number): string {
  return lines === 1 ? `${start}` : `${start},${lines}`
}
