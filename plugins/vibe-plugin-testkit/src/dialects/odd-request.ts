type Members = Readonly<Record<string, unknown>>

/** What the kit itself adds to a request, and what users may. */
const ADDED = /^x_/

/** @returns the first member of an object that a service does not know, as "where.member" */
export function unknownMember(value: unknown, known: readonly string[], where: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const found = Object.keys(value).find((name) => !known.includes(name) && !ADDED.test(name))
  return found === undefined ? undefined : `${where}.${found}`
}

/** @returns the first value of a list's members that is none of those a service knows, as "where.type image2" */
export function unknownType(list: unknown, known: readonly string[], where: string): string | undefined {
  if (!Array.isArray(list)) return undefined
  const types = list.map((one) => (one as Members | null)?.['type'])
  const found = types.find((type) => typeof type !== 'string' || !known.includes(type))
  return found === undefined ? undefined : `${where}.type ${String(found)}`
}

/** The first that is one. */
export function firstOf(...problems: ReadonlyArray<string | undefined>): string | undefined {
  return problems.find((problem) => problem !== undefined)
}

export function messagesOf(body: unknown): unknown[] {
  const messages = (body as Members | undefined)?.['messages']
  return Array.isArray(messages) ? messages : []
}
