import {join} from 'node:path'
import {redact} from '../redact.ts'
import {isInUse} from './claim.ts'
import {emptyDigest, type Digest} from './digest.ts'
import {glanceAt, reasonOf, scanFile} from './digest-file.ts'
import {openDigestCache, type DigestCache} from './digest-cache.ts'
import {entries, projectFolder, sessionsIn, type SessionFile} from './location.ts'
import {totalOf} from './sums.ts'

/** Where sessions lie, and where what is known of them is kept. */
export type SessionPlaces = {data: string; cache: string}

/** A session as lists show it. What is undefined is unknown. */
export type SessionSummary = {
  id: string
  title: string
  /** The folder it is about. */
  project?: string
  startedAt?: string
  modifiedAt: string
  turns?: number
  model?: string
  /** USD of the answers whose cost is known; absent when none is, or there was none. */
  costUsd?: number
  /** Answers whose cost is not in `costUsd`. */
  unpriced?: number
  bytes: number
  inUse: boolean
  forkedFrom?: {id: string; turns: number}
  /** Lines that cannot be read. */
  setAside: number
  /** Why nothing can be read of it. */
  unreadable?: string
}

/** Milliseconds that a list spends on files it has not read before; of what is left then it shows beginning and end. */
const PATIENCE_MS = 800

/**
 * The sessions of a project, or of all, newest first.
 * @param root the project's real path; undefined for all projects
 */
export async function listSessions(places: SessionPlaces, root?: string): Promise<SessionSummary[]> {
  const files = root === undefined ? allSessions(places.data) : sessionsIn(projectFolder(places.data, root))
  const cache = openDigestCache(places.cache)
  const end = performance.now() + PATIENCE_MS
  const summaries = files.map((file) => summaryOf(file, {cache, patient: performance.now() < end}))
  await cache.save()
  return summaries
}

/** Every session of every project, newest first. */
export function allSessions(data: string): SessionFile[] {
  const base = join(data, 'sessions')
  const files = entries(base).flatMap((project) => sessionsIn(join(base, project)))
  return files.sort((one, other) => other.modifiedMs - one.modifiedMs)
}

/** Reads one file whole, or from where an earlier pass ended. What another vibe is just writing is no damage. */
export function digestOf({path}: SessionFile, cache: DigestCache): Digest {
  const inUse = isInUse(path)
  const {digest, scanned} = scanFile(path, cache.get(path))
  cache.set(path, scanned)
  return inUse ? scanned.digest : digest
}

type Reading = {cache: DigestCache; patient: boolean}

export function summaryOf(file: SessionFile, reading: Reading): SessionSummary {
  try {
    // The first large file may take up all the patience; what is remembered or small takes none.
    if (reading.patient || reading.cache.get(file.path)) return summary(file, digestOf(file, reading.cache))
    const {turns: _turns, costUsd: _cost, unpriced: _unpriced, ...known} = summary(file, glanceAt(file.path))
    return known
  } catch (error) {
    const unreadable = reasonOf(error)
    return {...summary(file, emptyDigest()), title: `cannot be read (${unreadable})`, unreadable}
  }
}

function summary(file: SessionFile, digest: Digest): SessionSummary {
  const {spending, turns, damaged} = digest
  const {costUsd, unpriced, answers} = totalOf(spending)
  return {
    id: file.id,
    title: titleFor(file, digest),
    ...(digest.cwd === undefined ? {} : {project: digest.cwd}),
    ...(digest.startedAt === undefined ? {} : {startedAt: digest.startedAt}),
    modifiedAt: new Date(file.modifiedMs).toISOString(),
    turns,
    ...(digest.model === undefined ? {} : {model: digest.model}),
    ...(costUsd === undefined || answers === 0 ? {} : {costUsd}),
    unpriced,
    bytes: file.bytes,
    inUse: isInUse(file.path),
    ...(digest.forkedFrom === undefined ? {} : {forkedFrom: digest.forkedFrom}),
    setAside: damaged,
  }
}

function titleFor({bytes}: SessionFile, digest: Digest): string {
  const title = digest.title ?? digest.prompt
  if (title !== undefined) return redact(title, [])
  if (bytes === 0) return 'empty'
  return digest.answers > 0 ? 'its first message is missing' : 'nothing readable'
}
