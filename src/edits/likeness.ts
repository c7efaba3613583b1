/** Pairs of neighbouring characters of a line, blanks counted once, with how often each occurs. */
export function pairsOf(line: string): ReadonlyMap<string, number> {
  const text = line.slice(0, 400).trim().replace(/\s+/g, ' ')
  const pairs = new Map<string, number>()
  for (let at = 0; at < text.length - 1; at++) {
    const pair = text.slice(at, at + 2)
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
  }
  return pairs
}

/** Dice's coefficient on pairs of characters: 0 to 1. */
export function alike(left: ReadonlyMap<string, number>, right: ReadonlyMap<string, number>): number {
  let common = 0
  let total = 0
  for (const [pair, count] of left) {
    common += Math.min(count, right.get(pair) ?? 0)
    total += count
  }
  for (const count of right.values()) total += count
  return total === 0 ? 0 : (2 * common) / total
}
