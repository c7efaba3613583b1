import {existsSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {VibeError} from '../errors.ts'
import {writeFileAtomic} from '../files/atomic-write.ts'
import {ensurePrivateFolder} from '../files/private-folder.ts'
import type {ScannedFile} from './digest-file.ts'

/** Changes whenever a digest holds something else, so that none of an older form is believed. */
const VERSION = 1
/** Bytes; a smaller file is read faster than it is remembered. */
export const WORTH_KEEPING = 256 * 1024

/** What is known of large session files, by their path. It can be lost without harm. */
export type DigestCache = {
  get: (path: string) => ScannedFile | undefined
  set: (path: string, scanned: ScannedFile) => void
  delete: (path: string) => void
  /** Writes what has changed; where that is not possible, the next one reads more. */
  save: () => Promise<void>
}

export function openDigestCache(cacheFolder: string): DigestCache {
  const file = join(cacheFolder, 'sessions.json')
  const files = readEntries(file)
  let changed = false
  return {
    get: (path) => files.get(path),
    set(path, scanned) {
      if (scanned.size < WORTH_KEEPING || files.get(path)?.scanned === scanned.scanned) return
      files.set(path, scanned)
      changed = true
    },
    delete: (path) => void (changed = files.delete(path) || changed),
    async save() {
      if (!changed) return
      for (const path of files.keys()) if (!existsSync(path)) files.delete(path)
      try {
        await ensurePrivateFolder(dirname(file))
        const text = JSON.stringify({version: VERSION, files: Object.fromEntries(files)})
        await writeFileAtomic(file, text, {mode: 0o600})
      } catch (error) {
        if (!(error instanceof VibeError)) throw error
      }
    },
  }
}

function readEntries(file: string): Map<string, ScannedFile> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof value !== 'object' || value === null || !('version' in value) || value.version !== VERSION)
      return new Map()
    const {files} = value as {files?: unknown}
    if (typeof files !== 'object' || files === null) return new Map()
    return new Map(Object.entries(files).filter((entry): entry is [string, ScannedFile] => isScanned(entry[1])))
  } catch {
    return new Map() // Absent, torn or foreign: everything is read anew.
  }
}

function isScanned(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const {digest, scanned, size, modifiedMs, mark} = value as Record<string, unknown>
  const numbers = [scanned, size, modifiedMs].every((number) => typeof number === 'number')
  if (!numbers || typeof mark !== 'string' || typeof digest !== 'object' || digest === null) return false
  const {turns, answers, damaged, unknown, spending} = digest as Record<string, unknown>
  return (
    [turns, answers, damaged, unknown].every((number) => typeof number === 'number') &&
    Array.isArray(spending) &&
    spending.every(
      (one) => typeof one === 'object' && one !== null && Number.isFinite((one as {input?: unknown}).input),
    )
  )
}
