import {toLineFeeds} from './line-view.ts'
import type {OldNew} from './formats/types.ts'

type Numbered = {number: number; halves: OldNew}

/** Above this much work (old texts times new text) the question is not asked. */
const MAX_WORK = 20_000_000

/** Edits whose old text stands in the new text of an earlier edit, and not in the old one that it replaces. */
export function repeatedIn(edits: readonly Numbered[]): {number: number; earlier: number}[] {
  const found: {number: number; earlier: number}[] = []
  let written = 0
  const before: {number: number; old: string; next: string}[] = []
  for (const {number, halves} of edits) {
    const old = toLineFeeds(halves.old)
    if (written * edits.length < MAX_WORK) {
      const earlier = before.find((one) => one.next.includes(old) && !one.old.includes(old))
      if (earlier) found.push({number, earlier: earlier.number})
    }
    const next = toLineFeeds(halves.new)
    written += next.length
    before.push({number, old, next})
  }
  return found
}
