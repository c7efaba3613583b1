import {link, open, readFile, stat, unlink, utimes} from 'node:fs/promises'
import {setTimeout as pause} from 'node:timers/promises'
import {systemCode, VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {writeFailure} from './atomic-write.ts'
import {removeLeftovers} from './leftovers.ts'
import {holderState, ownRecord, parseRecord} from './lock-record.ts'
import type {LockRecord} from './lock-record.ts'

const HEARTBEAT_MS = 2_000
/** A holder that cannot be asked is given this long, by our own monotonic clock, without a heartbeat. */
const SILENCE_MS = 20_000
const WAIT_MS = 30_000

type Sighting = {fingerprint: string; since: number}

/**
 * Runs `work` while no other process of this user works on `path` under its lock (`<path>.lock` beside it, whose folder must exist).
 * The lock of a process that died is taken over; the lock of a living one never is.
 * @param signal ends the waiting; `work` itself is not interrupted
 * @throws VibeError `file-locked` after 30 s of waiting, with the process that holds it
 */
export async function withLock<Result>(
  path: string,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  const lockFile = `${path}.lock`
  const own = ownRecord()
  await acquire(lockFile, own, signal).catch((error: unknown) => {
    throw systemCode(error) === undefined || signal.aborted ? error : writeFailure(lockFile, error)
  })
  const heartbeat = setInterval(() => void beat(lockFile, own), HEARTBEAT_MS)
  heartbeat.unref()
  try {
    await removeLeftovers(path)
    return await work()
  } finally {
    clearInterval(heartbeat)
    await release(lockFile, own)
  }
}

async function acquire(lockFile: string, own: LockRecord, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + WAIT_MS
  let sighting: Sighting | undefined
  for (;;) {
    signal.throwIfAborted()
    if (await create(lockFile, own)) return
    const found = await look(lockFile)
    if (found === undefined) continue
    if (sighting?.fingerprint !== found.fingerprint)
      sighting = {fingerprint: found.fingerprint, since: performance.now()}
    if (isAbandoned(found.record, sighting)) await removeAbandoned(lockFile, found.text)
    else if (performance.now() > deadline) throw locked(lockFile, found.record)
    else await pause(3 + Math.random() * 22, undefined, {signal})
  }
}

/** A hard link appears whole or not at all, so nobody ever reads a half-written record. */
async function create(lockFile: string, own: LockRecord): Promise<boolean> {
  const draft = `${lockFile}.${own.token}`
  await writeNew(draft, own)
  try {
    await link(draft, lockFile)
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'].includes(systemCode(error) ?? '')) throw error
    return await writeNew(lockFile, own).then(() => true, notIfExists)
  } finally {
    await removeIfThere(draft)
  }
}

async function writeNew(path: string, record: LockRecord): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    const bytes = Buffer.from(JSON.stringify(record))
    for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at, bytes.length - at, at)).bytesWritten
  } finally {
    await file.close()
  }
}

async function look(
  lockFile: string,
): Promise<{text: string; record: LockRecord | undefined; fingerprint: string} | undefined> {
  try {
    const text = await readFile(lockFile, 'utf8')
    const {mtimeMs, ino} = await stat(lockFile)
    return {text, record: parseRecord(text), fingerprint: `${text} ${mtimeMs} ${ino}`}
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

function isAbandoned(record: LockRecord | undefined, sighting: Sighting): boolean {
  const state = holderState(record)
  if (state !== 'unknown') return state === 'dead'
  return performance.now() - sighting.since > SILENCE_MS
}

/**
 * Two waiters may find the same dead lock, and the slower must not remove the lock that the faster one has made since:
 * only who holds the claim on exactly that text may remove it, and looks again first. A claim left by a crash is removed the same way.
 */
async function removeAbandoned(lockFile: string, text: string): Promise<void> {
  const claim = `${lockFile}.claim-${parseRecord(text)?.token ?? 'torn'}`
  const own = ownRecord()
  if (!(await create(claim, own))) {
    const other = await look(claim)
    if (other !== undefined && holderState(other.record) === 'dead' && claim.length < 4_000)
      await removeAbandoned(claim, other.text)
    else await pause(5)
    return
  }
  try {
    if ((await look(lockFile))?.text === text) await removeIfThere(lockFile)
  } finally {
    await removeIfThere(claim)
  }
}

async function beat(lockFile: string, own: LockRecord): Promise<void> {
  const now = new Date()
  // A missed beat is harmless: the next one follows, and a living process is never judged by beats alone.
  if (await isOwn(lockFile, own)) await utimes(lockFile, now, now).catch(() => undefined)
}

/** The work is done by now, whatever becomes of the lock: one that stays is taken over once this process has ended. */
async function release(lockFile: string, own: LockRecord): Promise<void> {
  for (let attempt = 0; attempt < 3 && (await isOwn(lockFile, own)); attempt++) {
    await removeIfThere(lockFile).catch(() => pause(10))
  }
}

async function isOwn(lockFile: string, own: LockRecord): Promise<boolean> {
  const text = await readFile(lockFile, 'utf8').catch(() => '')
  return parseRecord(text)?.token === own.token
}

async function removeIfThere(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error
  })
}

function notIfExists(error: unknown): false {
  if (systemCode(error) === 'EEXIST') return false
  throw error
}

function locked(lockFile: string, record: LockRecord | undefined): VibeError {
  const holder = record === undefined ? 'another program' : `process ${record.pid}`
  return new VibeError({
    code: 'file-locked',
    message: `Waited ${WAIT_MS / 1000} s for ${holder}, which holds ${lockFile}`,
    origin: lockFile,
    hint: `End ${holder}, or delete ${lockFile} if nothing uses it`,
    exit: ExitCode.notSetUp,
  })
}
