import {open, readdir, readFile, rename, unlink, type FileHandle} from 'node:fs/promises'
import {join} from 'node:path'
import {systemCode} from '../../errors.ts'
import {writeFailure} from '../../files/atomic-write.ts'
import {ensurePrivateFolder} from '../../files/private-folder.ts'
import {syncFolder} from '../../files/sync-folder.ts'
import {projectKey} from '../../files/project-key.ts'
import {decodeEntry, decodeHead, encodeEntry, headLength, MAX_HEAD_BYTES, type Entry, type EntryHead} from './entry.ts'

/** Where the journal of one project lies. Entries that are not settled yet lie apart, so that a start finds them at once. */
export type JournalPlace = {
  root: string
  /** Settled entries, oldest first by name. */
  folder: string
  /** Unsettled entries of all projects. */
  openFolder: string
  /** Taken by whoever applies, undoes or recovers. */
  lockPath: string
  key: string
}

/** @param dataFolder vibe's data folder @param root the project's real path */
export function journalPlace(dataFolder: string, root: string): JournalPlace {
  return journalPlaceOf({dataFolder, root, key: projectKey(root)})
}

/** For a project that is known by the name of its folder in the journal. */
export function journalPlaceOf({dataFolder, root, key}: {dataFolder: string; root: string; key: string}): JournalPlace {
  const base = join(dataFolder, 'journal')
  return {root, key, folder: join(base, key), openFolder: join(base, 'open'), lockPath: join(base, key, 'journal')}
}

export async function prepareJournal(place: JournalPlace): Promise<void> {
  await ensurePrivateFolder(place.folder)
  await ensurePrivateFolder(place.openFolder)
}

const SUFFIX = '.entry'

/**
 * A name that sorts behind all earlier ones, also when the clock was set back.
 * @param now milliseconds since 1970
 */
export async function newEntryId(place: JournalPlace, now: number): Promise<string> {
  const last = (await entryIds(place)).at(-1)
  const lastTime = last === undefined ? 0 : Number.parseInt(last.slice(0, 9), 36)
  const time = Math.max(now, Number.isFinite(lastTime) ? lastTime + 1 : 0)
  const random = process.getBuiltinModule('node:crypto').randomBytes(4).readUInt32LE() % 36 ** 3
  return time.toString(36).padStart(9, '0') + random.toString(36).padStart(3, '0')
}

/** Oldest first; none when nothing was ever changed here. */
export async function entryIds(place: JournalPlace): Promise<string[]> {
  return (await namesIn(place.folder))
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => name.slice(0, -SUFFIX.length))
    .sort()
}

/** Makes the entry durable before anything it speaks of happens. @throws VibeError `write-failed` */
export async function openEntry(place: JournalPlace, entry: Entry): Promise<void> {
  const path = openPath(place, entry.id)
  let handle: FileHandle | undefined
  try {
    handle = await open(path, 'wx', 0o600)
    await writeAll(handle, encodeEntry(entry))
    await handle.sync()
    await handle.close()
    await syncFolder(place.openFolder)
  } catch (error) {
    await handle?.close()
    await removeIfThere(path)
    throw writeFailure(path, error)
  }
}

/** From here on the entry counts as done and can be undone. @throws VibeError `write-failed` */
export async function settleEntry(place: JournalPlace, id: string): Promise<void> {
  const path = entryPath(place, id)
  await naming(path, async () => {
    await rename(openPath(place, id), path)
    await syncFolder(place.folder)
    await syncFolder(place.openFolder)
  })
}

/** Nothing of it happened, or all was taken back. @throws VibeError `write-failed` */
export async function dropEntry(place: JournalPlace, id: string): Promise<void> {
  await naming(openPath(place, id), async () => {
    await removeIfThere(openPath(place, id))
    await removeIfThere(entryPath(place, id))
    await syncFolder(place.openFolder)
  })
}

async function naming(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    throw writeFailure(path, error)
  }
}

export function openPath(place: JournalPlace, id: string): string {
  return join(place.openFolder, `${place.key}.${id}${SUFFIX}`)
}

export function entryPath(place: JournalPlace, id: string): string {
  return join(place.folder, id + SUFFIX)
}

/** @returns undefined when it is damaged or gone */
export async function readEntry(path: string): Promise<Entry | undefined> {
  try {
    return decodeEntry(await readFile(path))
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Reads no more than the head, whatever the size of the images. */
export async function readHead(path: string): Promise<EntryHead | undefined> {
  const handle = await open(path, 'r')
  try {
    let start = Buffer.alloc(0)
    for (let size = 16 * 1024; size <= MAX_HEAD_BYTES; size *= 4) {
      const buffer = Buffer.alloc(size)
      const {bytesRead} = await handle.read(buffer, 0, size, 0)
      start = buffer.subarray(0, bytesRead)
      if (headLength(start) !== undefined || bytesRead < size) break
    }
    return decodeHead(start)
  } finally {
    await handle.close()
  }
}

/** The ids of unsettled entries by the key of their project. */
export async function unsettled(openFolder: string): Promise<Array<{key: string; id: string; path: string}>> {
  const found: Array<{key: string; id: string; path: string}> = []
  for (const name of (await namesIn(openFolder)).sort()) {
    const parts = /^(.+)\.([0-9a-z]+)\.entry$/.exec(name)
    if (parts?.[1] && parts[2]) found.push({key: parts[1], id: parts[2], path: join(openFolder, name)})
  }
  return found
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}

async function writeAll(handle: FileHandle, parts: readonly Buffer[]): Promise<void> {
  const total = parts.reduce((sum, part) => sum + part.length, 0)
  // Small entries go down in one call; large ones are not copied together.
  let written = 0
  for (const part of total < 4 * 1024 * 1024 ? [Buffer.concat(parts)] : parts) {
    for (let at = 0; at < part.length;) {
      const {bytesWritten} = await handle.write(part, at, part.length - at, written)
      at += bytesWritten
      written += bytesWritten
    }
  }
}

async function removeIfThere(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error
  })
}
