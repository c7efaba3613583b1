import {constants} from 'node:fs'
import {mkdir, open, readlink, realpath, rmdir, type FileHandle} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {systemCode} from '../errors.ts'
import {EditRefusal} from './refusal.ts'

export type PinnedFolder = {
  /** A path to an entry that cannot be led elsewhere while the folder is pinned. */
  entry: (name: string) => string
  /** Makes renames inside it durable. */
  sync: () => Promise<void>
}

/**
 * Runs `work` on a folder held open. On Linux entries are reached through the open folder itself, so swapping it or a
 * parent for a link changes nothing; elsewhere the path is checked once more.
 * @param path absolute and resolved
 * @throws EditRefusal when the path no longer leads to a folder of that name
 */
export async function withPinnedFolder<Result>(
  path: string,
  work: (folder: PinnedFolder) => Promise<Result>,
): Promise<Result> {
  if (process.platform === 'win32') {
    await checkStill(path)
    return work({entry: (name) => join(path, name), sync: () => Promise.resolve()})
  }
  let handle: FileHandle
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  } catch (error) {
    throw new EditRefusal(
      'path-changed',
      `The folder ${path} cannot be opened (${systemCode(error) ?? 'unknown error'}). Nothing was written.`,
      {cause: error},
    )
  }
  try {
    const shown =
      process.platform === 'linux' ? await readlink(`/proc/self/fd/${handle.fd}`).catch(() => undefined) : undefined
    if (shown === undefined) await checkStill(path)
    else if (shown !== path) throw moved(path)
    const base = shown === undefined ? path : `/proc/self/fd/${handle.fd}`
    return await work({entry: (name) => join(base, name), sync: () => syncFolder(handle)})
  } finally {
    await handle.close()
  }
}

/**
 * Makes the missing folders of a resolved path one by one, so that none is made behind a link.
 * @returns those that were made, outermost first
 */
export async function makeFolders(path: string): Promise<string[]> {
  const missing: string[] = []
  let existing = path
  while (!(await exists(existing)) && dirname(existing) !== existing) {
    missing.unshift(existing)
    existing = dirname(existing)
  }
  await checkStill(existing)
  for (const folder of missing) {
    try {
      await mkdir(folder)
    } catch (error) {
      if (systemCode(error) !== 'EEXIST')
        throw new EditRefusal(
          'cannot-write',
          `The folder ${folder} cannot be made (${systemCode(error) ?? 'unknown error'}).`,
          {cause: error},
        )
    }
    await checkStill(folder)
  }
  return missing
}

/** Takes back folders that were made for files that are gone again, innermost first; what is not empty stays. */
export async function removeFolders(made: readonly string[]): Promise<void> {
  for (const folder of made.toReversed()) {
    // What somebody put something into is theirs now.
    await rmdir(folder).catch(() => undefined)
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await realpath(path)
    return true
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false
    throw new EditRefusal('cannot-open', `${path} cannot be looked at (${systemCode(error) ?? 'unknown error'}).`, {
      cause: error,
    })
  }
}

async function checkStill(path: string): Promise<void> {
  const real = await realpath(path).catch(() => undefined)
  if (real !== path) throw moved(path)
}

function moved(path: string): EditRefusal {
  return new EditRefusal(
    'path-changed',
    `The folder ${path} no longer leads where it led when it was checked. Nothing was written.`,
  )
}

async function syncFolder(handle: FileHandle): Promise<void> {
  try {
    await handle.sync()
  } catch (error) {
    if (systemCode(error) !== 'EINVAL') throw error
  }
}
