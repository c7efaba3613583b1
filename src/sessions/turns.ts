import {isUtf8} from 'node:buffer'
import {closeSync} from 'node:fs'
import type {ToolResultPart, UserPart} from 'vibe-plugin-api'
import {isLongToolLine} from './digest.ts'
import {openSessionFile} from './digest-file.ts'
import {rawLinesOf, textOf, type RawLine} from './lines.ts'
import {parseRecord} from './parse.ts'
import type {SessionRecord} from './records.ts'

export type AnswerRecord = Extract<SessionRecord, {type: 'assistant'}>

/** One answer of the model, and what its tool calls came to. */
export type Step = {answer: AnswerRecord; results: Map<string, ToolResultPart>}

/** A message of the user and everything up to the next one. Turn 0 has what stands before the first message. */
export type Turn = {
  number: number
  at: string
  message: UserPart[]
  steps: Step[]
  /** As it ended; undefined when it did not. */
  status?: string
}

/** A line that could not be read, and what is known of it. */
export type Damage = {line: number; bytes: number; what: string}

export type ReadOptions = {
  /** Bytes that are looked at, so that two passes over a growing file see the same. */
  end?: number
  /** Long results of tools are passed over unread. */
  light?: true
  onDamage?: (damage: Damage) => void
  /** Called for each record that a later version wrote. */
  onUnknown?: () => void
}

/** The turns of a session file, one in memory at a time. @throws the system's error when it cannot be read */
export function* turnsOf(path: string, options: ReadOptions = {}): Generator<Turn> {
  let turn: Turn = newTurn(0, '')
  for (const record of recordsOf(path, options)) {
    if (record.type === 'user') {
      if (turn.number > 0 || turn.steps.length > 0) yield turn
      turn = {...newTurn(turn.number + 1, String(record.at)), message: record.content}
    } else if (record.type === 'assistant') turn.steps.push({answer: record, results: new Map()})
    else if (record.type === 'tool-result') turn.steps.at(-1)?.results.set(record.part.callId, record.part)
    else if (record.type === 'turn-end') turn.status = String(record.status)
  }
  if (turn.number > 0 || turn.steps.length > 0) yield turn
}

function newTurn(number: number, at: string): Turn {
  return {number, at, message: [], steps: []}
}

/** Holds the file open from the first record to the last. */
export function* recordsOf(path: string, options: ReadOptions): Generator<SessionRecord> {
  const {descriptor, facts} = openSessionFile(path)
  try {
    let number = 0
    for (const line of rawLinesOf(descriptor, {start: 0, end: Math.min(facts.size, options.end ?? facts.size)})) {
      number++
      if (options.light && line.bytes !== undefined && isLongToolLine(line.bytes)) continue
      const record = line.bytes === undefined ? undefined : recordIn(line.bytes)
      if (record === 'unknown') options.onUnknown?.()
      else if (record === undefined) options.onDamage?.({line: number, bytes: line.length, what: kindOf(line)})
      else if (record !== 'blank') yield record
    }
  } finally {
    closeSync(descriptor)
  }
}

function recordIn(bytes: Buffer): SessionRecord | 'unknown' | 'blank' | undefined {
  const text = textOf(bytes)
  return text.trim() === '' ? 'blank' : parseRecord(text)
}

function kindOf({bytes, torn}: RawLine): string {
  if (bytes === undefined) return 'longer than any record'
  if (bytes.every((byte) => byte === 0)) return 'NUL bytes'
  if (torn) return 'cut off'
  if (bytes.includes(0) || !isUtf8(bytes)) return 'not text'
  return /^\uFEFF?\s*[{[]/.test(bytes.toString('utf8', 0, 16)) ? 'not a whole record' : 'not a record'
}
