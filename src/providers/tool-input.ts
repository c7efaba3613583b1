import type {JsonObject} from 'vibe-plugin-api'

/**
 * What a tool may be run with: the raw text must be one whole JSON object. Cut text never is, so a call that hit the
 * output limit has no input, even when a plugin mended its JSON.
 * @returns undefined for anything else, also for a key `__proto__` at any depth, which later copies would obey
 */
export function parseToolInput(text: string): JsonObject | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
    // Some models and servers write the object as a string once more.
    if (typeof value === 'string') value = JSON.parse(value)
  } catch {
    return undefined // Not JSON is an answer here, not a failure: the model is told.
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return namesPrototype(value) ? undefined : (value as JsonObject)
}

/** Without recursion: a model can nest deeper than the stack. */
function namesPrototype(root: object): boolean {
  const open: object[] = [root]
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    if (Object.hasOwn(item, '__proto__')) return true
    for (const member of Object.values(item)) if (typeof member === 'object' && member !== null) open.push(member)
  }
  return false
}
