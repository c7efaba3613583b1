import type {JsonObject} from 'vibe-plugin-api'
import {asText, type Loose} from './wire.ts'

const PIECES = ['text', 'summary', 'data']

/** Puts the opaque parts of thoughts together from deltas: pieces of one part have the same index and type. */
export class ReasoningDetails {
  readonly #parts: Loose[] = []

  add(details: readonly Loose[]): void {
    for (const detail of details) {
      const known = this.#parts.findLast((part) => part.type === detail.type && part.index === detail.index)
      if (known && detail.index !== undefined) join(known, detail)
      else this.#parts.push({...detail})
    }
  }

  /** The parts as they go back, undefined when there were none. */
  get whole(): JsonObject[] | undefined {
    return this.#parts.length === 0 ? undefined : (this.#parts as JsonObject[])
  }
}

function join(part: Loose, more: Loose): void {
  for (const [name, value] of Object.entries(more)) {
    const before = asText(part[name])
    if (PIECES.includes(name) && before !== undefined && typeof value === 'string') part[name] = before + value
    else if (value !== null && value !== undefined) part[name] = value
  }
}
