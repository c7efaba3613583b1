import {readHunks, type DiffRow, type Hunk} from './diff-hunks.ts'
import {pairLines} from './pair-lines.ts'
import type {Mark} from './word-marks.ts'

/** `marks`: the words that changed, where most of the line stayed; `pair`: the index, among the hunk's rows, of the line it became or was. */
export type MarkedRow = DiffRow & {marks?: Mark[]; pair?: number}
export type MarkedHunk = Omit<Hunk, 'rows'> & {rows: MarkedRow[]}

/** For programs: where a hunk stands, and which words of its lines changed. */
export type HunkFacts = Omit<Hunk, 'rows'> & {
  /** UTF-16 offsets in the line without its sign; `line` is 1-based, in the file before (old) or after (new). */
  marks: Array<{side: 'old' | 'new'; line: number} & Mark>
}

const BUDGET_MS = 80

/**
 * The hunks of a unified diff of one file with the words that changed.
 * @param budgetMs after which lines are left without marks
 */
export function markedHunks(diff: string, budgetMs = BUDGET_MS): MarkedHunk[] {
  const deadline = performance.now() + budgetMs
  const hunks: MarkedHunk[] = readHunks(diff)
  for (const {rows} of hunks) {
    for (let at = 0; at < rows.length;) {
      const removedEnd = endOf(rows, at, '-')
      const addedEnd = endOf(rows, removedEnd, '+')
      if (removedEnd > at && addedEnd > removedEnd) markBlock(rows, {at, removedEnd, addedEnd, deadline})
      at = Math.max(addedEnd, at + 1)
    }
  }
  return hunks
}

export function hunkFacts(diff: string): HunkFacts[] {
  return markedHunks(diff).map(({rows, ...where}) => ({
    ...where,
    marks: rows.flatMap(({marks = [], old, new: next}) =>
      marks.map((mark) =>
        old === undefined
          ? {side: 'new' as const, line: next ?? 0, ...mark}
          : {side: 'old' as const, line: old, ...mark},
      ),
    ),
  }))
}

function endOf(rows: readonly MarkedRow[], start: number, sign: string): number {
  let end = start
  while (rows[end]?.sign === sign) end++
  return end
}

type Run = {at: number; removedEnd: number; addedEnd: number; deadline: number}

function markBlock(rows: MarkedRow[], {at, removedEnd, addedEnd, deadline}: Run): void {
  const texts = (start: number, end: number) => rows.slice(start, end).map(({text}) => text)
  for (const pair of pairLines(texts(at, removedEnd), texts(removedEnd, addedEnd), deadline)) {
    const removed = rows[at + pair.old]
    const added = rows[removedEnd + pair.new]
    if (!removed || !added) continue
    Object.assign(removed, {marks: pair.change.old, pair: removedEnd + pair.new})
    Object.assign(added, {marks: pair.change.new, pair: at + pair.old})
  }
}
