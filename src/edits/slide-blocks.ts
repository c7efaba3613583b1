import type {Block} from './line-script.ts'

/** How far a block is moved at most; further would cost more than it helps. */
const MOST_LINES = 100

/**
 * Where lines only came or only went, a script can often say so in several places that mean the same. Each such block is
 * moved to where it reads best: it begins, and what follows begins, with as little indentation as can be.
 */
export function slideBlocks(blocks: readonly Block[], before: readonly string[], after: readonly string[]): Block[] {
  const found: Block[] = []
  blocks.forEach((block, index) => {
    const isAdded = block.beforeStart === block.beforeEnd
    if (!isAdded && block.afterStart !== block.afterEnd) return void found.push(block)
    const lines = isAdded ? after : before
    const [start, end] = isAdded ? [block.afterStart, block.afterEnd] : [block.beforeStart, block.beforeEnd]
    const previous = found.at(-1)
    const next = blocks[index + 1]
    // Blocks do not touch: one common line stays between them.
    const lowest = previous ? (isAdded ? previous.afterEnd : previous.beforeEnd) + 1 : 0
    const highest = next ? (isAdded ? next.afterStart : next.beforeStart) - 1 : lines.length
    const by = bestShift(lines, {start, end, lowest, highest})
    found.push({
      beforeStart: block.beforeStart + by,
      beforeEnd: block.beforeEnd + by,
      afterStart: block.afterStart + by,
      afterEnd: block.afterEnd + by,
    })
  })
  return found
}

type Room = {start: number; end: number; lowest: number; highest: number}

function bestShift(lines: readonly string[], {start, end, lowest, highest}: Room): number {
  let up = 0
  while (up < MOST_LINES && start - up > lowest && lines[start - up - 1] === lines[end - up - 1]) up++
  let down = 0
  while (down < MOST_LINES && end + down < highest && lines[start + down] === lines[end + down]) down++
  let best = {by: 0, cost: Infinity}
  for (let by = down; by >= -up; by--) {
    const cost = indentationAt(lines, start + by) + indentationAt(lines, end + by)
    if (cost < best.cost) best = {by, cost}
  }
  return best.by
}

/** Of the first line from there on that is not blank; none at the end of the file. */
function indentationAt(lines: readonly string[], from: number): number {
  for (let at = from; at < Math.min(lines.length, from + MOST_LINES); at++) {
    const line = lines[at] ?? ''
    const indentation = line.search(/\S/)
    if (indentation >= 0) return indentation
  }
  return 0
}
