import {closeSync, fstatSync, openSync} from 'node:fs'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {linesOf} from './lines.ts'
import {parseRecord} from './parse.ts'
import type {SessionRecord} from './records.ts'

export type SessionContents = {
  records: SessionRecord[]
  /** Lines that could not be read: torn, NUL runs, binary. They stay in the file. */
  setAside: number
  /** The file is larger than what is read of it, so the beginning is missing. */
  cut: boolean
}

/** Bytes from the end of a file; far more than any model's window takes. */
export const MAX_HISTORY = 32 * 1024 * 1024
/** Bytes of the beginning in which the header is looked for when the rest is not read. */
const HEADER = 64 * 1024

/**
 * Reads what can be read: a bad line is counted and passed over, later good ones are kept. Lines end at \n bytes only.
 * Of a file beyond `maxBytes` only the header and the end are read, from the first message of the user in it.
 * @throws the system's error when the file itself cannot be read; VibeError when it is no file
 */
export function readSessionFile(path: string, maxBytes = MAX_HISTORY): SessionContents {
  const descriptor = openSync(path, 'r')
  try {
    const facts = fstatSync(descriptor)
    if (!facts.isFile()) throw noFile(path)
    const start = Math.max(0, facts.size - maxBytes)
    if (start === 0) return {...parseLines(linesOf(descriptor, {start, end: facts.size})), cut: false}
    const head = parseLines(linesOf(descriptor, {start: 0, end: Math.min(HEADER, start)}))
    const tail = parseLines(linesOf(descriptor, {start, end: facts.size}))
    const first = tail.records.findIndex((record) => record.type === 'user')
    const records = [
      ...head.records.filter((record) => record.type === 'session').slice(0, 1),
      ...(first < 0 ? [] : tail.records.slice(first)),
    ]
    return {records, setAside: tail.setAside, cut: true}
  } finally {
    closeSync(descriptor)
  }
}

function parseLines(lines: Iterable<string>): Omit<SessionContents, 'cut'> {
  const records: SessionRecord[] = []
  let setAside = 0
  for (const line of lines) {
    if (line.trim() === '') continue
    const record = parseRecord(line)
    if (record === 'unknown') continue
    if (record === undefined) setAside++
    else records.push(record)
  }
  return {records, setAside}
}

function noFile(path: string): VibeError {
  return new VibeError({
    code: 'session-unreadable',
    message: 'That session is no regular file.',
    origin: path,
    hint: 'Start a new one with: vibe chat',
    exit: ExitCode.notSetUp,
  })
}
