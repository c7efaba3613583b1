import {chmodSync, closeSync, constants, mkdirSync, openSync, readdirSync, rmSync, writeSync} from 'node:fs'
import {join} from 'node:path'
import {redact, SECRET_HEADER} from './redact.ts'

const MAX_FILE_BYTES = 10 * 1024 * 1024
const MAX_FILES = 10
const MAX_TEXT_CHARACTERS = 64 * 1024
const MAX_DEPTH = 10
const FILE_NAME = /^debug-.*\.jsonl$/

export type DebugLog = {
  /** The file being written; undefined until the first line. */
  readonly path: string | undefined
  /** One line. Never throws and never waits for anything but the disk. */
  write: (message: string, detail?: unknown) => void
  close: () => void
}

export type DebugLogOptions = {
  /** Made with the first line, 0700. */
  folder: string
  /** Read anew for each line: a key that is found later may be added to the set. */
  secrets: Iterable<string>
  /** Told once, in one sentence, when the log cannot be written any more. The program goes on without it. */
  onStop?: (message: string) => void
  maxFileBytes?: number
}

type Open = {path: string; descriptor: number; bytes: number}

/** A log of JSON lines for one run, readable by its user only. Call it only when debugging is on: nothing is logged otherwise. */
export function openDebugLog(options: DebugLogOptions): DebugLog {
  const {folder, secrets, onStop, maxFileBytes = MAX_FILE_BYTES} = options
  let file: Open | undefined
  let files = 0
  let stopped = false
  const close = () => {
    if (file) closeSync(file.descriptor)
    file = undefined
  }
  const append = (line: Buffer) => {
    if (file && file.bytes + line.length > maxFileBytes) close()
    file ??= openNext(folder, ++files)
    const written = writeSync(file.descriptor, line)
    if (written !== line.length) throw new Error('the disk took only part of a line')
    file.bytes += written
  }
  let path: string | undefined
  return {
    get path() {
      return path
    },
    write: (message, detail) => {
      if (stopped) return
      try {
        append(lineOf(message, detail, secrets))
        path = file?.path
      } catch (error) {
        stopped = true
        onStop?.(`The debug log in ${folder} stopped: ${error instanceof Error ? error.message : String(error)}`)
      }
    },
    close: () => {
      stopped = true
      close()
    },
  }
}

/** No detail, however odd, may cost the line. */
function lineOf(message: string, detail: unknown, secrets: Iterable<string>): Buffer {
  const record: Record<string, unknown> = {time: new Date().toISOString(), message: cleanText(message, secrets)}
  if (detail !== undefined) {
    try {
      record['detail'] = cleanValue(detail, {secrets, depth: 0})
    } catch (error) {
      record['detail'] = cleanText(`[not readable: ${String(error)}]`, secrets)
    }
  }
  return Buffer.from(`${JSON.stringify(record)}\n`)
}

/** Redacted before it is cut, so that no half of a secret stays. */
function cleanText(text: string, secrets: Iterable<string>): string {
  if (text.length <= MAX_TEXT_CHARACTERS) return redact(text, secrets).toWellFormed()
  const head = redact(text.slice(0, 2 * MAX_TEXT_CHARACTERS), secrets)
  return `${head.slice(0, Math.min(MAX_TEXT_CHARACTERS, head.length / 2)).toWellFormed()}… (${text.length} characters)`
}

type Cleaning = {secrets: Iterable<string>; depth: number}

/** Strings are cleaned before they are put into JSON, so that a line stays JSON whatever a secret looks like. */
function cleanValue(value: unknown, {secrets, depth}: Cleaning): unknown {
  if (typeof value === 'string') return cleanText(value, secrets)
  if (typeof value === 'boolean' || value === null) return value
  if (typeof value !== 'object') {
    const text = String(value)
    const clean = cleanText(text, secrets)
    return typeof value === 'number' && clean === text ? value : clean
  }
  if (depth >= MAX_DEPTH) return '[deeper]'
  const inside = {secrets, depth: depth + 1}
  if (value instanceof Error)
    return cleanValue(
      {...value, name: value.name, message: value.message, stack: value.stack, cause: value.cause},
      inside,
    )
  if (value instanceof URL) return cleanText(value.href, secrets)
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (Array.isArray(value)) return value.map((item) => cleanValue(item, inside))
  // Naming the class Headers would load all of fetch.
  const isPairs = value instanceof Map || value.constructor?.name === 'Headers'
  const entries = isPairs ? [...(value as Map<unknown, unknown>)] : Object.entries(value)
  return Object.fromEntries(entries.map(([key, member]) => cleanEntry(String(key), member, inside)))
}

function cleanEntry(key: string, member: unknown, cleaning: Cleaning): [string, unknown] {
  return [cleanText(key, cleaning.secrets), SECRET_HEADER.test(key) ? '[redacted]' : cleanValue(member, cleaning)]
}

/** @throws the system's error when the folder or the file cannot be made */
function openNext(folder: string, number: number): Open {
  mkdirSync(folder, {recursive: true, mode: 0o700})
  chmodSync(folder, 0o700)
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-')
  const path = join(folder, `debug-${stamp}-${process.pid}-${number}.jsonl`)
  const {O_WRONLY, O_APPEND, O_CREAT, O_EXCL} = constants
  const descriptor = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL, 0o600)
  removeOldest(folder)
  return {path, descriptor, bytes: 0}
}

/** The names begin with the time, so their order is their age. */
function removeOldest(folder: string): void {
  const names = readdirSync(folder)
    .filter((name) => FILE_NAME.test(name))
    .sort()
  for (const name of names.slice(0, Math.max(0, names.length - MAX_FILES))) rmSync(join(folder, name), {force: true})
}
