import {randomBytes} from 'node:crypto'
import {
  chmodSync,
  closeSync,
  constants,
  fdatasyncSync,
  ftruncateSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs'
import {join} from 'node:path'
import {systemCode} from '../errors.ts'
import {claimSession} from './claim.ts'
import type {SessionRecord} from './records.ts'

/** The append-only file of one conversation, the single truth for resume, undo, export and usage. */
export type SessionLog = {
  readonly id: string
  readonly path: string
  /** One write a record. `durable` waits until it is on the disk: pass it for what must survive before an effect happens. */
  append: (record: SessionRecord, durable?: boolean) => void
  close: () => void
}

export type OpenLogOptions = {
  /** Replaces known secrets in a line before it is written. */
  scrub: (line: string) => string
  /** Called once when the file can no longer be written; the conversation goes on in memory. */
  onFailure: (message: string) => void
}

/** Creates a new session file in `folder`, 0600 in 0700 whatever the umask. The file appears with the first record. */
export function createLog(folder: string, options: OpenLogOptions): SessionLog {
  const id = randomBytes(6).toString('hex')
  return lazyLog({id, path: join(folder, `${id}.jsonl`), folder}, options)
}

/**
 * Opens an existing session for appending; a torn last line is closed off so that the next record stands alone.
 * @throws VibeError `session-in-use` while another process has it open
 */
export function reopenLog(file: {id: string; path: string}, options: OpenLogOptions): SessionLog {
  return lazyLog({...file, folder: undefined, release: claimSession(file.path)}, options)
}

type Place = {id: string; path: string; folder: string | undefined; release?: () => void}

function lazyLog(place: Place, options: OpenLogOptions): SessionLog {
  let descriptor: number | undefined
  let failed = false
  let {release} = place
  return {
    id: place.id,
    path: place.path,
    append(record, durable = false) {
      if (failed) return
      try {
        if (descriptor === undefined) {
          makeFolder(place)
          release ??= claimSession(place.path)
          descriptor = openForAppend(place)
        }
        appendLine(descriptor, options.scrub(serialise(record)))
        if (durable) fdatasyncSync(descriptor)
      } catch (error) {
        failed = true
        options.onFailure(
          `The session can no longer be saved (${systemCode(error) ?? 'error'} on ${place.path}); it goes on in memory only.`,
        )
      }
    },
    close() {
      failed = true
      if (descriptor !== undefined) closeSync(descriptor)
      descriptor = undefined
      release?.()
      release = undefined
    },
  }
}

/** U+2028 and U+2029 are legal in JSON but end a line for many readers; lone surrogates would not survive UTF-8. */
function serialise(record: SessionRecord): string {
  const json = JSON.stringify(record, (_key, value: unknown) => {
    if (value instanceof Uint8Array) return {$bytes: Buffer.from(value).toString('base64')}
    return typeof value === 'string' ? value.toWellFormed() : value
  })
  return json.replaceAll('\u2028', String.raw`\u2028`).replaceAll('\u2029', String.raw`\u2029`)
}

function makeFolder({folder}: Place): void {
  if (folder === undefined) return
  mkdirSync(folder, {recursive: true, mode: 0o700})
  chmodSync(folder, 0o700)
}

function openForAppend(place: Place): number {
  const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0)
  const descriptor = openSync(place.path, flags, 0o600)
  chmodSync(place.path, 0o600)
  closeTornLine(descriptor)
  return descriptor
}

function closeTornLine(descriptor: number): void {
  const {size} = fstatSync(descriptor)
  if (size === 0) return
  const last = Buffer.alloc(1)
  readSync(descriptor, last, 0, 1, size - 1)
  if (last[0] !== 0x0a) writeSync(descriptor, '\n')
}

function appendLine(descriptor: number, line: string): void {
  const bytes = Buffer.from(`${line}\n`, 'utf8')
  const before = fstatSync(descriptor).size
  const written = writeSync(descriptor, bytes)
  if (written === bytes.length) return
  ftruncateSync(descriptor, before) // A full disk can take half a record: take it back, so that the file stays whole lines.
  throw Object.assign(new Error('short write'), {code: 'ENOSPC'})
}
