import {constants, type BigIntStats} from 'node:fs'
import {lstat, open, unlink, type FileHandle} from 'node:fs/promises'
import {basename, dirname} from 'node:path'
import {systemCode} from '../../errors.ts'
import {modeOf, openExactly, readHandle} from '../file-bytes.ts'
import {withPinnedFolder, type PinnedFolder} from '../pinned-folder.ts'
import {EditRefusal} from '../refusal.ts'
import {cannotWrite, changedSince} from './problems.ts'
import {sameBytes, sameMode, type FileState, type PathChange} from './state.ts'

/**
 * How a change will reach the disk. `in-place`: the file has several names, another owner, or lies in a folder that
 * takes no new file; everything else appears by one rename or link.
 */
export type Way = 'create' | 'replace' | 'in-place' | 'mode' | 'delete' | 'nothing'

/** A change whose new bytes already lie, durable, beside their place. */
export type Staged = {
  change: PathChange
  way: Way
  /** Name of the temporary file in the same folder. */
  temporary: string
  /** The file as it was checked. */
  stats: BigIntStats | undefined
}

/**
 * Checks that a path still holds what the change expects and lays the new bytes beside it.
 * @throws EditRefusal file-changed, exists, path-changed, cannot-write; the path itself is untouched
 */
export async function stageChange(change: PathChange, temporary: string): Promise<Staged> {
  try {
    return await withPinnedFolder(dirname(change.path), async (folder) => {
      const stats = await checkBefore(change)
      const way = plainWay(change, stats)
      if (way !== 'create' && way !== 'replace') return {change, way, temporary, stats}
      const laid = await layBeside(folder, {change, temporary, stats})
      return {change, way: laid ? way : 'in-place', temporary, stats}
    })
  } catch (error) {
    throw error instanceof EditRefusal ? error : cannotWrite(change.path, error)
  }
}

/** Removes what staging laid beside a path, if it is still there. */
export async function discardTemporary(path: string, temporary: string): Promise<void> {
  try {
    await withPinnedFolder(dirname(path), (folder) => unlink(folder.entry(temporary)))
  } catch (error) {
    // The folder may never have been made, or be gone: then nothing lies in it.
    if (!(error instanceof EditRefusal) && systemCode(error) !== 'ENOENT') throw error
  }
}

async function checkBefore(change: PathChange): Promise<BigIntStats | undefined> {
  const {path, before, after} = change
  if (!before) {
    if (await lstat(path).catch(absent))
      throw new EditRefusal('exists', `${path} was made by someone else meanwhile. Nothing was written; read it first.`)
    return undefined
  }
  // A file that may not be written is not to be replaced by one that may.
  const handle = await openExactly(
    path,
    after && !sameBytes(before.bytes, after.bytes) ? constants.O_RDWR : constants.O_RDONLY,
  )
  if (!handle) throw changedSince(path, 'was deleted')
  try {
    const {bytes, stats} = await readHandle(handle, path)
    if (!sameBytes(bytes, before.bytes)) throw changedSince(path, 'was changed')
    return stats
  } finally {
    await handle.close()
  }
}

function plainWay({before, after}: PathChange, stats: BigIntStats | undefined): Way {
  if (!after) return before ? 'delete' : 'nothing'
  if (!before || !stats) return 'create'
  if (sameBytes(before.bytes, after.bytes)) return sameMode(modeOf(stats), after.mode) ? 'nothing' : 'mode'
  return stats.nlink > 1n ? 'in-place' : 'replace'
}

type Laying = {change: PathChange; temporary: string; stats: BigIntStats | undefined}

/** @returns false when the folder takes no new file or the owner cannot be kept: then writing in place is better */
async function layBeside(folder: PinnedFolder, {change, temporary, stats}: Laying): Promise<boolean> {
  const {after} = change
  if (!after) return false
  const path = folder.entry(temporary)
  const handle = await openNew(path, {replacing: stats !== undefined, mode: stats ? 0o600 : 0o666})
  if (!handle) return false
  try {
    await writeWhole(handle, after)
    if (await keepOwnerAndMode(handle, {stats, after})) return true
    await unlink(path)
    return false
  } catch (error) {
    await unlink(path).catch(absent)
    throw error
  } finally {
    await handle.close()
  }
}

async function openNew(path: string, how: {replacing: boolean; mode: number}): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, how.mode)
  } catch (error) {
    if (how.replacing && ['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error) ?? '')) return undefined
    throw error
  }
}

async function writeWhole(handle: FileHandle, {bytes}: FileState): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at, bytes.length - at, at)).bytesWritten
  const {size} = await handle.stat()
  // Some network drives acknowledge writes that they drop.
  if (size !== bytes.length) throw new Error(`only ${size} of ${bytes.length} bytes arrived on the disk`)
}

type Attributes = {stats: BigIntStats | undefined; after: FileState}

async function keepOwnerAndMode(handle: FileHandle, {stats, after}: Attributes): Promise<boolean> {
  if (process.platform !== 'win32') {
    if (stats && !(await keepOwner(handle, stats))) return false
    const mode = after.mode ?? (stats ? modeOf(stats) : undefined)
    if (mode !== undefined) await handle.chmod(mode)
  }
  await handle.sync()
  return true
}

async function keepOwner(handle: FileHandle, stats: BigIntStats): Promise<boolean> {
  const mine = await handle.stat({bigint: true})
  if (mine.uid === stats.uid && mine.gid === stats.gid) return true
  try {
    await handle.chown(Number(stats.uid), Number(stats.gid))
    return true
  } catch {
    return false // only the superuser may give files away
  }
}

function absent(error: unknown): undefined {
  if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined
  throw error
}

/** Hidden, recognisable, and the same whenever it is worked out for this entry: recovery finds it without a search. */
export function temporaryNameFor(path: string, id: string, index: number): string {
  const digest = process.getBuiltinModule('node:crypto').createHash('sha256').update(`${id}/${index}`).digest('hex')
  return `.${basename(path).slice(0, 40)}.${digest.slice(0, 12)}.vibe-tmp`
}
