import {wordChange, type WordChange} from './word-marks.ts'

/** Indices of a removed line and of the added line that it became. */
export type LinePair = {old: number; new: number; change: WordChange}

/** Less than this share of both lines kept: another line stands there, and marking words would only confuse. */
const LIKE = 0.5
/** Blocks up to this many possible pairs are paired as well as can be. */
const MAX_CELLS = 400
/** How far a larger block is searched for the line that a line became. */
const WINDOW = 4

/**
 * Which removed line became which added one, in order, as far as most of a line stayed.
 * @param deadline on the clock of performance.now(); lines behind it are not paired
 */
export function pairLines(old: readonly string[], next: readonly string[], deadline: number): LinePair[] {
  if (performance.now() > deadline) return []
  if (old.length === 1 && next.length === 1) return pairAt(old, next, {old: 0, new: 0, deadline})
  return old.length * next.length <= MAX_CELLS ? bestPairs(old, next, deadline) : nearPairs(old, next, deadline)
}

type Place = {old: number; new: number; deadline: number}

function pairAt(old: readonly string[], next: readonly string[], place: Place): LinePair[] {
  const change = wordChange(old[place.old] ?? '', next[place.new] ?? '', place.deadline)
  return change.kept >= LIKE ? [{old: place.old, new: place.new, change}] : []
}

/** The pairs in order whose kept shares have the largest sum. */
function bestPairs(old: readonly string[], next: readonly string[], deadline: number): LinePair[] {
  const pairs = old.map((_, row) => next.map((__, column) => cell(old, next, {old: row, new: column, deadline})))
  const width = next.length + 1
  const best = new Float64Array((old.length + 1) * width)
  const value = (row: number, column: number) => best[row * width + column] ?? 0
  const taken = (row: number, column: number) => (pairs[row]?.[column]?.change.kept ?? -1) + value(row + 1, column + 1)
  for (let row = old.length - 1; row >= 0; row--) {
    for (let column = next.length - 1; column >= 0; column--)
      best[row * width + column] = Math.max(value(row + 1, column), value(row, column + 1), taken(row, column))
  }
  const found: LinePair[] = []
  for (let row = 0, column = 0; row < old.length && column < next.length;) {
    const pair = pairs[row]?.[column]
    if (pair && taken(row, column) >= value(row, column)) {
      found.push(pair)
      row++
      column++
    } else if (value(row + 1, column) >= value(row, column + 1)) row++
    else column++
  }
  return found
}

function cell(old: readonly string[], next: readonly string[], place: Place): LinePair | undefined {
  // Lines of very different lengths cannot have half in common.
  const [a, b] = [old[place.old]?.trim().length ?? 0, next[place.new]?.trim().length ?? 0]
  if (Math.min(a, b) * 4 < Math.max(a, b) || performance.now() > place.deadline) return undefined
  return pairAt(old, next, place)[0]
}

/** Goes down both sides, looking a few lines ahead on the side that is longer. */
function nearPairs(old: readonly string[], next: readonly string[], deadline: number): LinePair[] {
  const found: LinePair[] = []
  let column = 0
  for (let row = 0; row < old.length && performance.now() <= deadline; row++) {
    const spare = Math.max(0, next.length - column - (old.length - row))
    for (let ahead = 0; ahead <= Math.min(WINDOW, spare); ahead++) {
      const pair = cell(old, next, {old: row, new: column + ahead, deadline})
      if (!pair) continue
      found.push(pair)
      column += ahead
      break
    }
    // With as many lines on both sides, or fewer new ones, the places go along together.
    if (found.at(-1)?.new === column || next.length - column >= old.length - row) column++
  }
  return found
}
