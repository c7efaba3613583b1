/** Deeper than any tool's input; what is deeper would overflow the stack of whoever writes it down. */
const MAX_DEPTH = 64

export type Parsed = {values: unknown[]} | {problem: string}

/**
 * The JSON values of a text: one, or several one after the other. Two things are mended, which cannot mean anything but
 * themselves: a raw line break or tab inside a string, and a comma before a closing bracket.
 */
export function parseValues(text: string): Parsed {
  const whole = parseOne(text)
  if ('values' in whole) return whole
  const parts = splitValues(text)
  if (parts === undefined || parts.length < 2) return whole
  const values: unknown[] = []
  for (const part of parts) {
    const parsed = parseOne(part)
    if (!('values' in parsed)) return parsed
    values.push(...parsed.values)
  }
  return {values}
}

function parseOne(text: string): Parsed {
  try {
    return deepEnough(JSON.parse(text))
  } catch (first) {
    try {
      return deepEnough(JSON.parse(mended(text)))
    } catch {
      return {problem: `it is not valid JSON (${messageOf(first)})`}
    }
  }
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.length > 200 ? `${message.slice(0, 200)}…` : message
}

function deepEnough(value: unknown): Parsed {
  const open: Array<{value: unknown; depth: number}> = [{value, depth: 0}]
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    if (typeof item.value !== 'object' || item.value === null) continue
    if (item.depth > MAX_DEPTH) return {problem: 'it is nested too deep'}
    for (const member of Object.values(item.value)) open.push({value: member, depth: item.depth + 1})
  }
  return {values: [value]}
}

const ESCAPES: Readonly<Record<string, string>> = {'\n': '\\n', '\r': '\\r', '\t': '\\t'}

function mended(text: string): string {
  return text.replaceAll(/"[^"\\]*(?:\\[\s\S][^"\\]*)*"|,(?=\s{0,200}[}\]])/g, (found) =>
    found === ',' ? '' : found.replaceAll(/[\n\r\t]/g, (character) => ESCAPES[character] ?? character),
  )
}

/** Follows brackets and strings through a text; the same rules wherever a value's end is looked for. */
export class ValueScanner {
  #depth = 0
  #inString = false
  #escaped = false

  /** @returns the index behind the end of the value, -1 while it is not over */
  scan(text: string, from = 0): number {
    for (let index = from; index < text.length; index++) {
      const character = text[index]
      if (this.#inString) this.#inside(character)
      else if (character === '"') this.#inString = true
      else if (character === '{' || character === '[') this.#depth++
      else if ((character === '}' || character === ']') && --this.#depth <= 0) return index + 1
    }
    return -1
  }

  #inside(character: string | undefined): void {
    if (this.#escaped) this.#escaped = false
    else if (character === '\\') this.#escaped = true
    else if (character === '"') this.#inString = false
  }
}

/** Values that follow each other with nothing but blanks between; undefined when anything else is there. */
function splitValues(text: string): string[] | undefined {
  const parts: string[] = []
  let position = 0
  for (;;) {
    const rest = /\S/.exec(text.slice(position))
    if (rest === null) return parts
    const start = position + rest.index
    if (text[start] !== '{' && text[start] !== '[') return undefined
    const end = new ValueScanner().scan(text, start)
    if (end === -1) return undefined
    parts.push(text.slice(start, end))
    position = end
  }
}
