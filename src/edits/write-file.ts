import {constants} from 'node:fs'
import type {BigIntStats} from 'node:fs'
import {link, lstat, open, rename, unlink, type FileHandle} from 'node:fs/promises'
import {basename, dirname} from 'node:path'
import {systemCode} from '../errors.ts'
import {openExactly, readHandle} from './file-bytes.ts'
import {makeFolders, removeFolders, withPinnedFolder, type PinnedFolder} from './pinned-folder.ts'
import {EditRefusal} from './refusal.ts'

export type FileChange = {
  /** Absolute and resolved through links. */
  path: string
  /** What must be on the disk right before writing; undefined: no file of that name. */
  expected: Uint8Array | undefined
  next: Uint8Array
}

/**
 * Writes a file whole or not at all, and only when nobody changed it meanwhile. Keeps mode and owner; a file with
 * several names (hard links), or in a folder that takes no new file, is written in place with its old bytes at hand.
 * @throws EditRefusal (file-changed, exists, path-changed, cannot-write); then nothing was changed
 */
export async function writeChange(change: FileChange): Promise<void> {
  const folderPath = dirname(change.path)
  const made = change.expected === undefined ? await makeFolders(folderPath) : []
  try {
    await withPinnedFolder(folderPath, async (folder) => {
      if (change.expected === undefined) await createFile(folder, change)
      else await replaceFile(folder, change, change.expected)
    })
  } catch (error) {
    await removeFolders(made)
    if (error instanceof EditRefusal) throw error
    throw new EditRefusal(
      'cannot-write',
      `${change.path} could not be written (${describe(error)}). It is unchanged.`,
      {cause: error},
    )
  }
}

async function createFile(folder: PinnedFolder, change: FileChange): Promise<void> {
  const name = basename(change.path)
  const temporary = folder.entry(temporaryName(name))
  const handle = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o666)
  try {
    await writeWhole(handle, change.next)
    await handle.close()
    await link(temporary, folder.entry(name))
  } catch (error) {
    await handle.close()
    if (systemCode(error) === 'EEXIST')
      throw new EditRefusal(
        'exists',
        `${change.path} was made by someone else meanwhile. Nothing was written; read it first.`,
      )
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(systemCode(error) ?? '')) throw error
    await createWithoutLinks(folder, change)
  } finally {
    await unlink(temporary)
  }
  await folder.sync()
}

/** For file systems without hard links: exclusive creation, taken back when it cannot be finished. */
async function createWithoutLinks(folder: PinnedFolder, change: FileChange): Promise<void> {
  const path = folder.entry(basename(change.path))
  const handle = await open(path, 'wx', 0o666)
  try {
    await writeWhole(handle, change.next)
  } catch (error) {
    await unlink(path)
    throw error
  } finally {
    await handle.close()
  }
}

async function replaceFile(folder: PinnedFolder, change: FileChange, expected: Uint8Array): Promise<void> {
  const name = basename(change.path)
  const handle = await openExactly(change.path, constants.O_RDWR)
  if (!handle) throw changed(change.path, 'was deleted')
  try {
    const {bytes, stats} = await readHandle(handle, change.path)
    if (!bytes.equals(expected)) throw changed(change.path, 'was changed')
    const inPlace = stats.nlink > 1n || !(await replaceByRename({folder, name, change, stats}))
    if (inPlace) await writeInPlace(folder, handle, {...change, expected})
    await folder.sync()
  } finally {
    await handle.close()
  }
}

type Rename = {folder: PinnedFolder; name: string; change: FileChange; stats: BigIntStats}

/** @returns false when the folder takes no new file or the owner cannot be kept: then writing in place is better */
async function replaceByRename({folder, name, change, stats}: Rename): Promise<boolean> {
  const temporary = folder.entry(temporaryName(name))
  let handle: FileHandle
  try {
    handle = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error) ?? '')) return false
    throw error
  }
  try {
    await writeWhole(handle, change.next)
    if (!(await keepOwnerAndMode(handle, stats))) {
      await unlink(temporary)
      return false
    }
    await handle.close()
    const now = await lstat(folder.entry(name), {bigint: true}).catch(() => undefined)
    if (!now || now.ino !== stats.ino || now.mtimeNs !== stats.mtimeNs || now.size !== stats.size)
      throw changed(change.path, 'was changed')
    await rename(temporary, folder.entry(name))
    return true
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  } finally {
    await handle.close()
  }
}

async function keepOwnerAndMode(handle: FileHandle, stats: BigIntStats): Promise<boolean> {
  if (process.platform !== 'win32') {
    const mine = await handle.stat({bigint: true})
    if (mine.uid !== stats.uid || mine.gid !== stats.gid) {
      try {
        await handle.chown(Number(stats.uid), Number(stats.gid))
      } catch {
        return false // only the superuser may give files away
      }
    }
  }
  await handle.chmod(Number(stats.mode & 0o7777n))
  await handle.sync()
  return true
}

/** The old bytes lie beside the file until the new ones are durable, and are put back when writing fails. */
async function writeInPlace(
  folder: PinnedFolder,
  handle: FileHandle,
  change: FileChange & {expected: Uint8Array},
): Promise<void> {
  const copy = folder.entry(temporaryName(basename(change.path)))
  const kept = await keepCopy(copy, change.expected)
  try {
    await overwrite(handle, change.next)
  } catch (error) {
    await restore(handle, change, kept ? basename(copy) : undefined)
    if (kept) await unlink(copy)
    throw error
  }
  if (kept) await unlink(copy)
}

async function restore(
  handle: FileHandle,
  change: FileChange & {expected: Uint8Array},
  copy: string | undefined,
): Promise<void> {
  try {
    await overwrite(handle, change.expected)
  } catch (error) {
    const where = copy === undefined ? '' : ` Its old content is kept beside it as ${copy}.`
    throw new EditRefusal(
      'half-written',
      `${change.path} could be written only in part, and not be put back (${describe(error)}).${where}`,
      {cause: error},
    )
  }
}

async function keepCopy(path: string, bytes: Uint8Array): Promise<boolean> {
  try {
    const handle = await open(path, 'wx', 0o600)
    try {
      await writeWhole(handle, bytes)
    } finally {
      await handle.close()
    }
    return true
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error) ?? '')) return false
    await unlink(path).catch(() => undefined)
    throw error
  }
}

async function overwrite(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += (await handle.write(bytes, written, bytes.length - written, written)).bytesWritten
  }
  await handle.truncate(bytes.length)
  await handle.sync()
}

async function writeWhole(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  await overwrite(handle, bytes)
  const {size} = await handle.stat()
  if (size !== bytes.length) throw new Error(`only ${size} of ${bytes.length} bytes arrived on the disk`)
}

function temporaryName(name: string): string {
  const unique = process.getBuiltinModule('node:crypto').randomBytes(6).toString('hex')
  return `.${name.slice(0, 40)}.${unique}.vibe-tmp`
}

function changed(path: string, how: string): EditRefusal {
  return new EditRefusal('file-changed', `${path} ${how} since it was read. Nothing was written; read it again.`)
}

function describe(error: unknown): string {
  return systemCode(error) ?? (error instanceof Error ? error.message : 'unknown error')
}
