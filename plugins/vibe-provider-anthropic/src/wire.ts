import type {JsonObject, JsonValue} from 'vibe-plugin-api'

/** An object of the service's, of which nothing is taken for granted. */
export type Wire = JsonObject

export function isObject(value: unknown): value is Wire {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function objectAt(value: Wire, key: string): Wire {
  const member = value[key]
  return isObject(member) ? member : {}
}

export function textAt(value: Wire, key: string): string | undefined {
  const member: JsonValue | undefined = value[key]
  return typeof member === 'string' ? member : undefined
}

export function numberAt(value: Wire, key: string): number | undefined {
  const member: JsonValue | undefined = value[key]
  return typeof member === 'number' && Number.isFinite(member) ? member : undefined
}
