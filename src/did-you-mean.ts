/** Longer words are names of nothing a person mistyped; comparing them costs time and says nothing. */
const LONGEST = 64

/**
 * The candidate a person most likely meant: the nearest by typing slips (a letter added, lost, changed or swapped with
 * its neighbour, upper and lower case alike), at most one slip for each three letters.
 * @returns undefined when nothing is near; the first candidate when several are equally near
 */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const typed = word.toLowerCase()
  if (typed.length === 0 || typed.length > LONGEST) return undefined
  let best: string | undefined
  let limit = Math.max(1, Math.floor(typed.length / 3))
  for (const candidate of candidates) {
    const slips = slipsBetween(typed, candidate.toLowerCase(), limit)
    if (slips > limit) continue
    best = candidate
    if (slips === 0) return best
    limit = slips - 1
  }
  return best
}

/** Restricted Damerau-Levenshtein distance; any number above `limit` once the limit is passed. */
function slipsBetween(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) > limit || to.length === 0) return limit + 1
  let before: number[] = []
  let above = Array.from({length: to.length + 1}, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = nextRow({from, to, row, above, before})
    if (Math.min(...current) > limit) return limit + 1
    before = above
    above = current
  }
  return above[to.length] ?? limit + 1
}

type Rows = {from: string; to: string; row: number; above: number[]; before: number[]}

function nextRow({from, to, row, above, before}: Rows): number[] {
  const current = [row]
  for (let column = 1; column <= to.length; column++) {
    const same = from[row - 1] === to[column - 1]
    let slips = Math.min(at(above, column) + 1, at(current, column - 1) + 1, at(above, column - 1) + (same ? 0 : 1))
    const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
    if (swapped) slips = Math.min(slips, at(before, column - 2) + 1)
    current.push(slips)
  }
  return current
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
