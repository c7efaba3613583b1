import type {Splice, TextDocument} from './document.ts'
import {lineScript, type Block} from './line-script.ts'

const SCRIPT_MS = 200

/** A part of the file and the text that a model gave for it, cut into lines. */
export type Region = {
  /** Offsets in the document. */
  start: number
  end: number
}

export type Rewrite = {
  region: Region
  /** The model's lines for the region and what shall stand there; a last line that is not ended has `ended` false. */
  old: readonly ModelLine[]
  next: readonly ModelLine[]
  /** Which of them differ; without it they are compared by `key`. */
  blocks?: readonly Block[]
  /** What of a line counts when old and new are compared. */
  key: (text: string) => string
  /** The text of a line that the file does not have yet. @param index its number in `next` */
  render: (text: string, index: number) => string
}

export type ModelLine = {text: string; ended: boolean}

export function modelLines(text: string): ModelLine[] {
  const lines = text.split('\n')
  const last = lines.pop() ?? ''
  const ended = lines.map((line) => ({text: line, ended: true}))
  return last === '' ? ended : [...ended, {text: last, ended: false}]
}

/**
 * What to put where a model's text was found: every line it left alone keeps the file's bytes, its blanks and its line
 * end; every other one gets what `render` makes of it and the line end of the line it stands for, or of a neighbour.
 */
export function rewrite(document: TextDocument, {region, old, next, blocks, key, render}: Rewrite): Splice {
  const file = fileLines(document, region)
  const script =
    blocks ??
    lineScript(
      old.map((line) => key(line.text)),
      next.map((line) => key(line.text)),
      performance.now() + SCRIPT_MS,
    )
  const rows: Row[] = []
  let oldAt = 0
  const keep = (until: number) => {
    for (; oldAt < until; oldAt++) {
      const line = next[rows.length]
      rows.push({text: file[oldAt]?.text ?? '', from: oldAt, ended: line?.ended ?? true, kept: true})
    }
  }
  for (const block of script) {
    keep(block.beforeStart)
    for (let at = block.afterStart; at < block.afterEnd; at++) {
      const line = next[at]
      if (!line) continue
      const from = Math.min(block.beforeStart + at - block.afterStart, block.beforeEnd - 1)
      rows.push({text: render(line.text, at), from, ended: line.ended, kept: false})
    }
    oldAt = block.beforeEnd
  }
  keep(old.length)
  return narrowed(document, {region, file, rows})
}

type FileLine = {text: string; start: number; end: number; ending: string}
/** A line of the result. `from`: the file's line that it keeps, stands for or follows; -1 when there is none. */
type Row = {text: string; from: number; ended: boolean; kept: boolean}

function fileLines(document: TextDocument, {start, end}: Region): FileLine[] {
  const lines: FileLine[] = []
  for (let at = start; at < end;) {
    const feed = document.text.indexOf('\n', at)
    const ended = feed >= 0 && feed < end
    const stop = ended ? feed + 1 : end
    lines.push({
      text: document.text.slice(at, ended ? feed : end),
      start: at,
      end: stop,
      ending: ended ? document.endingAt(feed) : '',
    })
    at = stop
  }
  return lines
}

/** Leaves lines at both edges that stay as they are out of the splice. */
function narrowed(
  document: TextDocument,
  {region, file, rows}: {region: Region; file: FileLine[]; rows: Row[]},
): Splice {
  let first = 0
  while (first < rows.length && isSame(rows[first], file, first)) first++
  let tail = 0
  while (
    tail < rows.length - first &&
    tail < file.length - first &&
    isSame(rows[rows.length - 1 - tail], file, file.length - 1 - tail)
  )
    tail++
  const changed = rows.slice(first, rows.length - tail)
  const start = file[first]?.start ?? region.end
  const end = file.length - tail > first ? (file[file.length - 1 - tail]?.end ?? region.end) : start
  const insert = changed.map((row) => row.text + (row.ended ? endingFor(document, {row, file, start}) : '')).join('')
  return {start, end, insert}
}

function isSame(row: Row | undefined, file: readonly FileLine[], index: number): boolean {
  return row?.kept === true && row.from === index && row.ended === (file[index]?.ending !== '')
}

function endingFor(
  document: TextDocument,
  {row, file, start}: {row: Row; file: readonly FileLine[]; start: number},
): string {
  const own = document.oneEnding && !row.kept ? document.ending : (file[row.from]?.ending ?? '')
  if (own !== '') return own
  if (!document.mixed) return document.ending
  const before = start > 0 ? document.text.lastIndexOf('\n', start - 1) : -1
  if (before >= 0) return document.endingAt(before)
  const after = document.text.indexOf('\n', start)
  return after >= 0 ? document.endingAt(after) : document.ending
}
