/** Lines [beforeStart, beforeEnd) become lines [afterStart, afterEnd). */
export type Block = {beforeStart: number; beforeEnd: number; afterStart: number; afterEnd: number}

type Region = Block
type Search = {before: readonly number[]; after: readonly number[]; deadline: number}

/** Bounds memory: the search keeps about this many steps squared. */
const MAX_STEPS = 1200

/**
 * Which blocks of lines differ, in order, never touching each other.
 * @param deadline on the clock of performance.now(); from then on a region is replaced whole
 */
export function lineScript(before: readonly string[], after: readonly string[], deadline: number): Block[] {
  const ids = new Map<string, number>()
  const intern = (line: string) => {
    const known = ids.get(line)
    if (known !== undefined) return known
    ids.set(line, ids.size)
    return ids.size - 1
  }
  const search = {before: before.map(intern), after: after.map(intern), deadline}
  const found: Block[] = []
  const pending: Region[] = [{beforeStart: 0, beforeEnd: before.length, afterStart: 0, afterEnd: after.length}]
  while (pending.length > 0) {
    const region = pending.pop()
    if (region) solve(search, trim(search, region), {found, pending})
  }
  return join(found)
}

/** Small regions are solved exactly; large ones are first cut at lines that occur once on both sides. */
function solve(search: Search, region: Region, out: {found: Block[]; pending: Region[]}): void {
  const removed = region.beforeEnd - region.beforeStart
  const added = region.afterEnd - region.afterStart
  if (removed === 0 && added === 0) return
  const whole = removed === 0 || added === 0 || performance.now() > search.deadline
  const blocks = whole ? undefined : shortest(search, region)
  if (blocks) out.found.push(...blocks)
  else {
    const parts = whole ? [] : anchored(search, region)
    if (parts.length === 0) out.found.push(region)
    else out.pending.push(...parts.reverse())
  }
}

function trim(search: Search, region: Region): Region {
  let {beforeStart, beforeEnd, afterStart, afterEnd} = region
  const {before, after} = search
  while (beforeStart < beforeEnd && afterStart < afterEnd && before[beforeStart] === after[afterStart]) {
    beforeStart++
    afterStart++
  }
  while (beforeStart < beforeEnd && afterStart < afterEnd && before[beforeEnd - 1] === after[afterEnd - 1]) {
    beforeEnd--
    afterEnd--
  }
  return {beforeStart, beforeEnd, afterStart, afterEnd}
}

/** The shortest script by Myers' greedy search; undefined when it takes too many steps or too long. */
function shortest(search: Search, region: Region): Block[] | undefined {
  const width = region.beforeEnd - region.beforeStart
  const height = region.afterEnd - region.afterStart
  const limit = Math.min(MAX_STEPS, width + height)
  const furthest = new Int32Array(2 * limit + 3)
  const middle = limit + 1
  const trace: Int32Array[] = []
  for (let steps = 0; steps <= limit; steps++) {
    if (steps % 16 === 0 && performance.now() > search.deadline) return undefined
    trace.push(furthest.slice(middle - steps - 1, middle + steps + 2))
    for (let diagonal = -steps; diagonal <= steps; diagonal += 2) {
      const down =
        diagonal === -steps ||
        (diagonal !== steps && at(furthest, middle + diagonal - 1) < at(furthest, middle + diagonal + 1))
      let x = down ? at(furthest, middle + diagonal + 1) : at(furthest, middle + diagonal - 1) + 1
      while (
        x < width &&
        x - diagonal < height &&
        search.before[region.beforeStart + x] === search.after[region.afterStart + x - diagonal]
      )
        x++
      furthest[middle + diagonal] = x
      if (x >= width && x - diagonal >= height) return walkBack(trace, region)
    }
  }
  return undefined
}

/** Reads the steps from the end to the start; each is one line removed or added. */
function walkBack(trace: readonly Int32Array[], region: Region): Block[] {
  const blocks: Block[] = []
  let x = region.beforeEnd - region.beforeStart
  let y = region.afterEnd - region.afterStart
  for (let steps = trace.length - 1; steps > 0; steps--) {
    const row = trace[steps] ?? new Int32Array(0)
    const middle = steps + 1
    const diagonal = x - y
    const down =
      diagonal === -steps || (diagonal !== steps && at(row, middle + diagonal - 1) < at(row, middle + diagonal + 1))
    const fromX = at(row, middle + diagonal + (down ? 1 : -1))
    const fromY = fromX - (diagonal + (down ? 1 : -1))
    const start = {beforeStart: region.beforeStart + fromX, afterStart: region.afterStart + fromY}
    blocks.push({...start, beforeEnd: start.beforeStart + (down ? 0 : 1), afterEnd: start.afterStart + (down ? 1 : 0)})
    x = fromX
    y = fromY
  }
  return blocks.reverse()
}

/** Cuts a region at the longest rising chain of lines that are unique on both sides. */
function anchored(search: Search, region: Region): Region[] {
  const inAfter = uniqueLines(search.after, region.afterStart, region.afterEnd)
  const pairs: Array<[number, number]> = []
  for (const [line, position] of uniqueLines(search.before, region.beforeStart, region.beforeEnd)) {
    const other = inAfter.get(line)
    if (other !== undefined) pairs.push([position, other])
  }
  const parts: Region[] = []
  let {beforeStart, afterStart} = region
  for (const [before, after] of risingChain(pairs)) {
    parts.push({beforeStart, beforeEnd: before, afterStart, afterEnd: after})
    beforeStart = before + 1
    afterStart = after + 1
  }
  return parts.length === 0 ? [] : [...parts, {...region, beforeStart, afterStart}]
}

function uniqueLines(lines: readonly number[], start: number, end: number): Map<number, number> {
  const found = new Map<number, number>()
  const repeated = new Set<number>()
  for (let index = start; index < end; index++) {
    const line = lines[index] ?? -1
    if (found.has(line)) repeated.add(line)
    else found.set(line, index)
  }
  for (const line of repeated) found.delete(line)
  return found
}

/** `pairs` rise in their first member; the result rises in both. */
function risingChain(pairs: ReadonlyArray<[number, number]>): Array<[number, number]> {
  const tails: number[] = []
  const previous: number[] = []
  pairs.forEach(([, after], index) => {
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((pairs[tails[middle] ?? 0]?.[1] ?? 0) < after) low = middle + 1
      else high = middle
    }
    previous[index] = low > 0 ? (tails[low - 1] ?? -1) : -1
    tails[low] = index
  })
  const chain: Array<[number, number]> = []
  for (let index = tails.at(-1) ?? -1; index >= 0; index = previous[index] ?? -1) {
    const pair = pairs[index]
    if (pair) chain.push(pair)
  }
  return chain.reverse()
}

function join(blocks: readonly Block[]): Block[] {
  const joined: Block[] = []
  for (const block of blocks) {
    const last = joined.at(-1)
    if (last && last.beforeEnd === block.beforeStart && last.afterEnd === block.afterStart) {
      joined[joined.length - 1] = {...last, beforeEnd: block.beforeEnd, afterEnd: block.afterEnd}
    } else joined.push(block)
  }
  return joined
}

function at(row: Int32Array, index: number): number {
  return row[index] ?? 0
}
