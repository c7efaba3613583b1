import {stat, unlink} from 'node:fs/promises'
import {systemCode} from '../../errors.ts'
import {entryIds, entryPath, type JournalPlace} from './store.ts'

/** How far back a project's changes can be undone. */
export type Retention = {entries: number; bytes: number; ageMs: number}

const DAY_MS = 24 * 60 * 60 * 1000
export const RETENTION: Retention = {entries: 2000, bytes: 512 * 1024 * 1024, ageMs: 90 * DAY_MS}
/** Whatever its size, the latest work can be taken back. */
const ALWAYS_KEPT = 20

/** Removes the oldest entries beyond what is kept. The caller holds the project's lock. */
export async function pruneJournal(place: JournalPlace, retention: Retention = RETENTION): Promise<void> {
  const ids = (await entryIds(place)).reverse()
  const oldest = Date.now() - retention.ageMs
  let bytes = 0
  for (const [index, id] of ids.entries()) {
    const path = entryPath(place, id)
    const facts = await stat(path).catch(absent)
    if (!facts) continue
    bytes += facts.size
    const kept = index < retention.entries && bytes <= retention.bytes && facts.mtimeMs >= oldest
    if (!kept && index >= ALWAYS_KEPT) await unlink(path).catch(absent)
  }
}

function absent(error: unknown): undefined {
  if (systemCode(error) === 'ENOENT') return undefined
  throw error
}
