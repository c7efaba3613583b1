/** JSON from a server: nothing about it is certain until it was looked at. */
export type Loose = Record<string, unknown>

export function asObject(value: unknown): Loose | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : undefined
}

/** @returns the value when it is an array, else an empty one */
export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

/** @returns the value when it is a string that says something, else undefined */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** @returns the value when it is a finite number that is not negative, else undefined */
export function asCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined
}

/** @returns the parsed text, undefined when it is no JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // The caller decides what text that is no JSON means.
  }
}

/** @returns the first 200 printable characters of a text on one line */
export function excerpt(text: string): string {
  const line = text
    .slice(0, 4000)
    .replace(/[^\P{C}\s]/gu, '')
    .replace(/\s+/g, ' ')
  return line.trim().slice(0, 200)
}

/** JSON for a service: half of a surrogate pair is no text, and services refuse a whole request for it. */
export function wireJson(value: object): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'string' ? member.toWellFormed() : member,
  )
}
