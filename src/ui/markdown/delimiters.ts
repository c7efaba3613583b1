/** Something that is open: a run of emphasis signs, a bracket, or the address of a link. */
export type Opener = {sign: string; count: number; whole: number; both: boolean; at: number; length: number}

/** How far what is open may reach, in characters; whatever reaches further was no opener. */
export const REACH = {text: 600, address: 3000} as const

type Flanks = {opens: boolean; closes: boolean}

/**
 * Whether a run of emphasis signs may open and close, by the rules of CommonMark.
 * @param before the character before the run, a blank at the start
 */
export function flanks(sign: string, before: string, after: string): Flanks {
  const left = !isBlank(after) && (!isPunctuation(after) || isBlank(before) || isPunctuation(before))
  const right = !isBlank(before) && (!isPunctuation(before) || isBlank(after) || isPunctuation(after))
  if (sign !== '_') return {opens: left, closes: right}
  return {opens: left && (!right || isPunctuation(before)), closes: right && (!left || isPunctuation(after))}
}

/** Closes what a run of signs closes and opens what it opens. */
export function applyRun(open: Opener[], run: {sign: string; length: number; at: number} & Flanks): void {
  let left = run.length
  const both = run.opens && run.closes
  while (run.closes && left > 0) {
    const index = open.findLastIndex((opener) => opener.sign === run.sign && matches(opener, run.length, both))
    const opener = open[index]
    if (opener === undefined) break
    const used = Math.min(opener.count, left)
    opener.count -= used
    left -= used
    // What was opened in between, and not closed, is text; brackets may still be closed.
    const kept = open.slice(index + 1).filter(({sign}) => sign === '[')
    open.splice(index + (opener.count === 0 ? 0 : 1), open.length, ...kept)
  }
  if (!run.opens || left === 0) return
  open.push({sign: run.sign, count: left, whole: run.length, both, at: run.at, length: run.length})
}

function matches(opener: Opener, length: number, both: boolean): boolean {
  if (!both && !opener.both) return true
  return (opener.whole + length) % 3 !== 0 || (opener.whole % 3 === 0 && length % 3 === 0)
}

function isBlank(character: string): boolean {
  return /^\s/.test(character)
}

function isPunctuation(character: string): boolean {
  return /^[\p{P}\p{S}]/u.test(character)
}
