/** A JSON object as parsed: its own members only, whatever their names. */
export type Tree = Record<string, unknown>

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value at a path, by own members only; undefined when there is none. */
export function valueAt(tree: unknown, path: readonly string[]): unknown {
  let current = tree
  for (const part of path) {
    if (Array.isArray(current)) current = current[Number(part)]
    else if (isTree(current) && Object.hasOwn(current, part)) current = current[part]
    else return undefined
  }
  return current
}

/** A copy with the value at the path; groups on the way are made, and what stands in their way is replaced. */
export function withValue(tree: Tree, path: readonly string[], value: unknown): Tree {
  const [first, ...rest] = path
  if (first === undefined) return tree
  const below = Object.hasOwn(tree, first) ? tree[first] : undefined
  const next = rest.length === 0 ? value : withValue(isTree(below) ? below : {}, rest, value)
  return withOwn(tree, first, next)
}

/** A copy without the value at the path. A group that this leaves empty goes too. */
export function withoutValue(tree: Tree, path: readonly string[]): Tree {
  const [first, ...rest] = path
  if (first === undefined || !Object.hasOwn(tree, first)) return tree
  const below = tree[first]
  if (rest.length > 0 && Array.isArray(below))
    return withOwn(
      tree,
      first,
      below.filter((_, index) => String(index) !== rest[0]),
    )
  const next = rest.length > 0 && isTree(below) ? withoutValue(below, rest) : undefined
  if (next !== undefined && Object.keys(next).length > 0) return withOwn(tree, first, next)
  return Object.fromEntries(Object.entries(tree).filter(([name]) => name !== first))
}

/** Every value that is no group, with its path; arrays count as one value. */
export function leaves(tree: Tree, path: readonly string[] = []): Array<{path: string[]; value: unknown}> {
  return Object.entries(tree).flatMap(([name, value]) => {
    const here = [...path, name]
    return isTree(value) && here.length < 8 ? leaves(value, here) : [{path: here, value}]
  })
}

/** `from` over `under`, member by member; anything but two groups is replaced whole. */
export function merged(under: Tree, from: Tree): Tree {
  let result = under
  for (const [name, value] of Object.entries(from)) {
    const below = Object.hasOwn(under, name) ? under[name] : undefined
    result = withOwn(result, name, isTree(below) && isTree(value) ? merged(below, value) : value)
  }
  return result
}

/** Through entries, since assigning to `__proto__` would change the object's prototype instead. */
function withOwn(tree: Tree, name: string, value: unknown): Tree {
  return Object.fromEntries(new Map(Object.entries(tree)).set(name, value))
}
