import {textOf, type RawLine} from './lines.ts'
import {parseRecord} from './parse.ts'
import type {SessionRecord} from './records.ts'
import {cleanTitle, LONGEST_TITLE, titleOf} from './title.ts'

/** Milliseconds; every zone's day begins at such a step, so that what is kept holds wherever it is read. */
export const QUARTER_MS = 15 * 60_000

/** What the answers of one model cost within a quarter of an hour. */
export type Spending = {
  /** Quarters of an hour since 1970. */
  quarter: number
  provider: string
  model: string
  answers: number
  input: number
  cacheRead: number
  output: number
  /** Answers whose tokens the service did not tell: they are in no sum. */
  uncounted: number
  costUsd: number
  /** Answers whose cost is unknown: they are in no sum. */
  unpriced: number
  /** Answers that were stopped, whose figures are what had been told by then. */
  partial: number
}

/** What lists and sums need of a session, from one pass over its file. */
export type Digest = {
  cwd?: string
  vibe?: string
  /** Another version of the format wrote it. */
  foreign?: true
  startedAt?: string
  lastAt?: string
  /** From the first message. */
  prompt?: string
  /** As the user calls it. */
  title?: string
  forkedFrom?: {id: string; turns: number}
  /** Messages of the user. */
  turns: number
  answers: number
  /** The last that answered. */
  model?: string
  spending: Spending[]
  /** Lines that cannot be read. */
  damaged: number
  /** Records of a kind that a later version wrote. */
  unknown: number
}

export function emptyDigest(): Digest {
  return {turns: 0, answers: 0, spending: [], damaged: 0, unknown: 0}
}

const TOOL = Buffer.from('{"type":"tool-')
const USER = Buffer.from('{"type":"user"')
/** Bytes; shorter lines are parsed in no time, and judged rightly. */
const READ_WHOLE = 4096

/** Adds a line. Results of tools make most of a file and say nothing here: they are only looked at from outside. */
export function addLine(digest: Digest, {bytes}: RawLine): void {
  if (bytes === undefined) digest.damaged++
  else if (isBlank(bytes)) return
  else if (isLongToolLine(bytes) || (digest.prompt !== undefined && isLong(bytes, USER))) addUnread(digest, bytes)
  else addRecord(digest, parseRecord(textOf(bytes)))
}

/** A long line about a tool, whole from outside: it need not be parsed to know how a conversation went. */
export function isLongToolLine(bytes: Buffer): boolean {
  return isLong(bytes, TOOL)
}

function isLong(bytes: Buffer, beginning: Buffer): boolean {
  return bytes.length > READ_WHOLE && startsWith(bytes, beginning) && isWhole(bytes)
}

function addUnread(digest: Digest, bytes: Buffer): void {
  if (startsWith(bytes, USER)) digest.turns++
  const at = /"at":"([^"]{10,40})"/.exec(bytes.toString('latin1', 0, 80))?.[1]
  if (at !== undefined) digest.lastAt = at
}

function addRecord(digest: Digest, record: SessionRecord | 'unknown' | undefined): void {
  if (record === undefined) digest.damaged++
  else if (record === 'unknown') digest.unknown++
  else {
    if (typeof record.at === 'string' && record.at !== '' && record.type !== 'title') noteTime(digest, record.at)
    if (record.type === 'session') addHeader(digest, record)
    else if (record.type === 'user') addUser(digest, record)
    else if (record.type === 'assistant') addAnswer(digest, record)
    else if (record.type === 'title') digest.title = cleanTitle(record.title, LONGEST_TITLE)
    else if (record.type === 'fork') addFork(digest, record)
  }
}

function noteTime(digest: Digest, at: string): void {
  digest.startedAt ??= at
  digest.lastAt = at
}

function addHeader(digest: Digest, record: Extract<SessionRecord, {type: 'session'}>): void {
  if (typeof record.cwd === 'string') digest.cwd ??= record.cwd
  if (typeof record.vibe === 'string') digest.vibe ??= record.vibe
  if (Number(record.v) !== 1) digest.foreign = true
}

/** What was copied was paid for where it comes from. */
function addFork(digest: Digest, {from, turns}: Extract<SessionRecord, {type: 'fork'}>): void {
  digest.forkedFrom = {id: from, turns: Number(turns) || 0}
  digest.spending = []
}

function addUser(digest: Digest, {content}: Extract<SessionRecord, {type: 'user'}>): void {
  digest.turns++
  digest.prompt ??= titleOf(content)
}

function addAnswer(digest: Digest, record: Extract<SessionRecord, {type: 'assistant'}>): void {
  digest.answers++
  const provider = typeof record.provider === 'string' ? record.provider : 'unknown'
  const model = typeof record.model === 'string' ? record.model : 'unknown'
  if (!record.discarded) digest.model = model
  const bucket = bucketFor(digest, {quarter: quarterOf(record.at), provider, model})
  bucket.answers++
  const {input, output, inputCacheRead = 0} = record.usage
  if (input === undefined || output === undefined) bucket.uncounted++
  bucket.input += input ?? 0
  bucket.output += output ?? 0
  bucket.cacheRead += inputCacheRead
  const cost = record.costUsd
  if (cost === undefined) bucket.unpriced++
  bucket.costUsd += cost ?? 0
  if (record.stopReason === 'interrupted') bucket.partial++
}

function bucketFor({spending}: Digest, key: Pick<Spending, 'quarter' | 'provider' | 'model'>): Spending {
  const same = (one: Spending) =>
    one.quarter === key.quarter && one.model === key.model && one.provider === key.provider
  const found = spending.findLast(same)
  if (found) return found
  const sums = {answers: 0, input: 0, cacheRead: 0, output: 0, uncounted: 0, costUsd: 0, unpriced: 0, partial: 0}
  const fresh = {...key, ...sums}
  spending.push(fresh)
  return fresh
}

/** 0 when the record does not say when it was. */
function quarterOf(at: unknown): number {
  const ms = typeof at === 'string' ? Date.parse(at) : Number.NaN
  return Number.isNaN(ms) ? 0 : Math.floor(ms / QUARTER_MS)
}

function startsWith(bytes: Buffer, beginning: Buffer): boolean {
  return bytes.length >= beginning.length && bytes.compare(beginning, 0, beginning.length, 0, beginning.length) === 0
}

/** Ends as an object does; a torn line hardly ever does. */
function isWhole(bytes: Buffer): boolean {
  const end = bytes.at(-1) === 0x0d ? -2 : -1
  return bytes.at(end) === 0x7d
}

function isBlank(bytes: Buffer): boolean {
  if (bytes.length > 64) return false
  return (
    bytes
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .trim() === ''
  )
}
