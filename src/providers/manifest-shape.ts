const MAX_NODES = 60_000
const MAX_MEMBERS = 1_000
const MAX_DEPTH = 12

/**
 * Checks what no schema should have to look at: how deep and wide a parsed manifest is, so that the time a validator
 * takes is bounded, and that no name in it reaches an object's prototype.
 * @returns the first problem, undefined when there is none
 */
export function shapeProblem(json: unknown): string | undefined {
  const open: Array<{value: unknown; depth: number}> = [{value: json, depth: 0}]
  for (let nodes = 0; ; nodes++) {
    const next = open.pop()
    if (next === undefined) return undefined
    if (typeof next.value !== 'object' || next.value === null) continue
    if (nodes > MAX_NODES) return `holds more than ${MAX_NODES} values`
    if (next.depth > MAX_DEPTH) return `is nested more than ${MAX_DEPTH} deep`
    if (!Array.isArray(next.value) && Object.hasOwn(next.value, '__proto__')) return 'has a member named "__proto__"'
    const members: unknown[] = Object.values(next.value)
    if (members.length > MAX_MEMBERS)
      return `has ${members.length} members in one place; at most ${MAX_MEMBERS} are read`
    for (const value of members) open.push({value, depth: next.depth + 1})
  }
}
