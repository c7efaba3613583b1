/**
 * A text as if all its lines ended in LF, with the way back to the original offsets. Matching happens on the view,
 * writing on the original, so that no untouched byte changes.
 */
export type LineView = {
  text: string
  /** Offset in the original of an offset in the view. At a line end it points before the CR. */
  toRaw: (offset: number) => number
  /** The line end that stands at each LF of the view within [start, end). */
  endingsIn: (start: number, end: number) => string[]
  /** The line end nearest to an offset: before it, else after it, else LF. */
  endingNear: (offset: number) => string
}

export function lineView(raw: string): LineView {
  const text = raw.includes('\r\n') ? raw.replaceAll('\r\n', '\n') : raw
  const returns = raw.length === text.length ? [] : droppedReturns(raw)
  const before = (offset: number) => lowerBound(returns, offset)
  const endingAt = (offset: number) => (returns[before(offset)] === offset ? '\r\n' : '\n')
  return {
    text,
    toRaw: (offset) => offset + before(offset),
    endingsIn: (start, end) => {
      const endings: string[] = []
      for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1))
        endings.push(endingAt(at))
      return endings
    },
    endingNear: (offset) => {
      const earlier = offset > 0 ? text.lastIndexOf('\n', offset - 1) : -1
      const at = earlier >= 0 ? earlier : text.indexOf('\n', offset)
      return at < 0 ? '\n' : endingAt(at)
    },
  }
}

/** Gives a text with LF the wanted ends: each LF takes the next of `endings`, then the last of them, then `otherwise`. */
export function withEndings(text: string, endings: readonly string[], otherwise: string): string {
  let index = 0
  return text.replace(/\n/g, () => endings[index++] ?? endings.at(-1) ?? otherwise)
}

export function toLineFeeds(text: string): string {
  return text.replaceAll('\r\n', '\n')
}

/** The view's offsets of the LFs that had a CR. */
function droppedReturns(raw: string): number[] {
  const found: number[] = []
  for (let at = raw.indexOf('\r\n'); at >= 0; at = raw.indexOf('\r\n', at + 2)) found.push(at - found.length)
  return found
}

function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) < value) low = middle + 1
    else high = middle
  }
  return low
}
