import type {SessionRecord} from './records.ts'

const TYPES = new Set(['session', 'user', 'assistant', 'tool-start', 'tool-result', 'turn-end', 'title', 'fork'])

/** 'unknown': well formed, but of a type that a later version wrote. */
export function parseRecord(line: string): SessionRecord | 'unknown' | undefined {
  try {
    // A reviver costs many times what parsing does, so it is used only where it has something to do.
    const special = line.includes('"$bytes"') || line.includes('__proto__')
    const value: unknown = special ? JSON.parse(line, revive) : JSON.parse(line)
    if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string')
      return undefined
    if (!TYPES.has(value.type)) return 'unknown'
    return isComplete(value as Record<string, unknown>)
      ? (tidied(value as Record<string, unknown>) as SessionRecord)
      : undefined
  } catch {
    return undefined // Counted by the caller as set aside.
  }
}

function isComplete(value: Record<string, unknown>): boolean {
  switch (value['type']) {
    case 'user':
    case 'assistant':
      return areParts(value['content'])
    case 'tool-start':
      return typeof value['callId'] === 'string' && typeof value['name'] === 'string'
    case 'tool-result':
      return isPart(value['part']) && areParts((value['part'] as {content?: unknown}).content)
    case 'title':
      return typeof value['title'] === 'string'
    case 'fork':
      return typeof value['from'] === 'string'
    default:
      return true
  }
}

function areParts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isPart)
}

/** Without figures that are none: what is unknown is absent. */
function tidied(record: Record<string, unknown>): Record<string, unknown> {
  if (record['type'] !== 'assistant') return record
  const {costUsd, usage, ...rest} = record
  const counted = Object.entries(typeof usage === 'object' && usage !== null ? usage : {}).filter(
    ([name, value]) => name === 'raw' || isFigure(value),
  )
  return {...rest, usage: Object.fromEntries(counted), ...(isFigure(costUsd) ? {costUsd} : {})}
}

function isFigure(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function isPart(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string') return false
  const part = value as Record<string, unknown>
  switch (part['type']) {
    case 'text':
    case 'reasoning':
      return typeof part['text'] === 'string'
    case 'tool-call':
      return typeof part['callId'] === 'string' && typeof part['name'] === 'string'
    case 'file':
      return (
        typeof part['mediaType'] === 'string' &&
        part['data'] instanceof Uint8Array &&
        ['string', 'undefined'].includes(typeof part['name'])
      )
    default:
      return true
  }
}

function revive(key: string, value: unknown): unknown {
  if (key === '__proto__') return undefined
  if (typeof value !== 'object' || value === null || !('$bytes' in value) || typeof value.$bytes !== 'string')
    return value
  return new Uint8Array(Buffer.from(value.$bytes, 'base64'))
}
