/** More places than this are counted as "at least". */
export const MAX_PLACES = 1000
/** Up to this length the engine's own search is fast whatever the text. */
const SHORT = 250
/** Compared characters after which the search that is linear in the worst case takes over. */
const WORK = 4_000_000

/**
 * Where a text occurs, overlaps included, in order.
 * @param limit how many are enough
 */
export function occurrences(text: string, wanted: string, limit: number = MAX_PLACES): number[] {
  const found: number[] = []
  if (wanted === '' || wanted.length > text.length) return found
  if (wanted.length <= SHORT) {
    for (let at = text.indexOf(wanted); at >= 0 && found.length < limit; at = text.indexOf(wanted, at + 1))
      found.push(at)
    return found
  }
  const probe = wanted.slice(-SHORT)
  const shift = wanted.length - SHORT
  let work = 0
  for (let at = text.indexOf(probe, shift); at >= 0 && found.length < limit; at = text.indexOf(probe, at + 1)) {
    if (text.startsWith(wanted, at - shift)) found.push(at - shift)
    work += wanted.length
    if (work > WORK) return [...found, ...linear(text, wanted, {from: at - shift + 1, limit: limit - found.length})]
  }
  return found
}

/** Occurrences that do not overlap, left to right. */
export function separateOccurrences(text: string, wanted: string): number[] {
  const found: number[] = []
  if (wanted === '') return found
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) found.push(at)
  return found
}

/** Knuth, Morris and Pratt: never looks at a character of the text twice. */
function linear(text: string, wanted: string, {from, limit}: {from: number; limit: number}): number[] {
  const fallback = failures(wanted.length, (a, b) => wanted.charCodeAt(a) === wanted.charCodeAt(b))
  const found: number[] = []
  let matched = 0
  for (let at = from; at < text.length && found.length < limit; at++) {
    const code = text.charCodeAt(at)
    while (matched > 0 && wanted.charCodeAt(matched) !== code) matched = fallback[matched - 1] ?? 0
    if (wanted.charCodeAt(matched) === code) matched++
    if (matched === wanted.length) {
      found.push(at - matched + 1)
      matched = fallback[matched - 1] ?? 0
    }
  }
  return found
}

/** For each prefix, how long its longest proper prefix is that is its suffix too. */
export function failures(length: number, equal: (a: number, b: number) => boolean): Int32Array {
  const table = new Int32Array(length)
  let matched = 0
  for (let at = 1; at < length; at++) {
    while (matched > 0 && !equal(at, matched)) matched = table[matched - 1] ?? 0
    if (equal(at, matched)) matched++
    table[at] = matched
  }
  return table
}
