import {readFileSync} from 'node:fs'
import type {SessionRecord} from './records.ts'

export type SessionContents = {
  records: SessionRecord[]
  /** Lines that could not be read: torn, NUL runs, binary. They stay in the file. */
  setAside: number
}

const TYPES = new Set(['session', 'user', 'assistant', 'tool-start', 'tool-result', 'turn-end'])

/**
 * Reads what can be read: a bad line is counted and passed over, later good ones are kept. Lines end at \n bytes only.
 * @throws the system's error when the file itself cannot be read
 */
export function readSessionFile(path: string): SessionContents {
  const records: SessionRecord[] = []
  let setAside = 0
  for (const line of readFileSync(path, 'utf8')
    .replace(/^\uFEFF/, '')
    .split('\n')) {
    if (line.trim() === '') continue
    const record = parseRecord(line)
    if (record === 'unknown') continue
    if (record === undefined) setAside++
    else records.push(record)
  }
  return {records, setAside}
}

/** 'unknown': well formed, but of a type that a later version wrote. */
function parseRecord(line: string): SessionRecord | 'unknown' | undefined {
  try {
    const value: unknown = JSON.parse(line, revive)
    if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string')
      return undefined
    if (!TYPES.has(value.type)) return 'unknown'
    return isComplete(value as Record<string, unknown>) ? (value as SessionRecord) : undefined
  } catch {
    return undefined // Counted by the caller as set aside.
  }
}

function isComplete(value: Record<string, unknown>): boolean {
  switch (value['type']) {
    case 'user':
    case 'assistant':
      return Array.isArray(value['content']) && value['content'].every(isPart)
    case 'tool-start':
      return typeof value['callId'] === 'string' && typeof value['name'] === 'string'
    case 'tool-result':
      return isPart(value['part']) && Array.isArray((value['part'] as {content?: unknown}).content)
    default:
      return true
  }
}

function isPart(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

function revive(key: string, value: unknown): unknown {
  if (key === '__proto__') return undefined
  if (typeof value !== 'object' || value === null || !('$bytes' in value) || typeof value.$bytes !== 'string')
    return value
  return new Uint8Array(Buffer.from(value.$bytes, 'base64'))
}
