import {constants, fstatSync, lstatSync, type BigIntStats} from 'node:fs'
import {open, unlink, type FileHandle} from 'node:fs/promises'
import {basename, dirname} from 'node:path'
import {systemCode} from '../../errors.ts'
import {modeOf} from '../file-bytes.ts'
import {withPinnedFolder, type PinnedFolder} from '../pinned-folder.ts'
import {EditRefusal} from '../refusal.ts'
import {lookAt} from './look.ts'
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

/** A change, and the name under which its new bytes will lie beside it. */
export type Task = {change: PathChange; temporary: string}

/**
 * Checks that paths of one folder still hold what their changes expect and lays the new bytes beside them.
 * @throws EditRefusal file-changed, exists, path-changed, cannot-write; the paths themselves are untouched
 */
export async function stageChanges(folderPath: string, tasks: readonly Task[]): Promise<Staged[]> {
  let path = folderPath
  try {
    return await withPinnedFolder(folderPath, async (folder) => {
      const staged: Staged[] = []
      let next = 0
      const worker = async () => {
        for (let task = tasks[next++]; task; task = tasks[next++]) {
          try {
            staged.push(await stageOne(folder, task))
          } catch (error) {
            path = task.change.path
            next = tasks.length
            throw error
          }
        }
      }
      const ended = await Promise.allSettled(Array.from({length: AT_ONCE}, worker))
      const failed = ended.find((result) => result.status === 'rejected')
      if (failed) throw failed.reason
      return staged
    })
  } catch (error) {
    throw error instanceof EditRefusal ? error : cannotWrite(path, error)
  }
}

/** Waiting for the disk is most of the work, and disks take several writes at once. */
const AT_ONCE = 8

async function stageOne(folder: PinnedFolder, {change, temporary}: Task): Promise<Staged> {
  const stats = checkBefore(change)
  const way = plainWay(change, stats)
  if (way !== 'create' && way !== 'replace') return {change, way, temporary, stats}
  const laid = await layBeside(folder, {change, temporary, stats})
  return {change, way: laid ? way : 'in-place', temporary, stats}
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

function checkBefore(change: PathChange): BigIntStats | undefined {
  const {path, before, after} = change
  if (!before) {
    if (lstatSync(path, {throwIfNoEntry: false}))
      throw new EditRefusal('exists', `${path} was made by someone else meanwhile. Nothing was written; read it first.`)
    return undefined
  }
  // A file that may not be written is not to be replaced by one that may.
  const file = lookAt(path, after !== undefined && !sameBytes(before.bytes, after.bytes))
  if (!file) throw changedSince(path, 'was deleted')
  if (!sameBytes(file.bytes, before.bytes)) throw changedSince(path, 'was changed')
  return file.stats
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
  const mode = after.mode ?? (stats ? modeOf(stats) : undefined)
  const handle = await openNew(path, {replacing: stats !== undefined, mode: mode ?? 0o666})
  if (!handle) return false
  try {
    await writeWhole(handle, after)
    if (await keepOwnerAndMode(handle, {stats, mode, size: after.bytes.length})) return true
    await unlink(path)
    return false
  } catch (error) {
    await unlink(path).catch(absent)
    throw error
  } finally {
    await handle.close()
  }
}

/** @returns undefined when a file that exists would have to be written in place */
async function openNew(path: string, how: {replacing: boolean; mode: number}): Promise<FileHandle | undefined> {
  try {
    // Never more open than it will be; special bits come when the owner is right.
    return await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, how.mode & 0o777)
  } catch (error) {
    if (how.replacing && ['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error) ?? '')) return undefined
    throw error
  }
}

async function writeWhole(handle: FileHandle, {bytes}: FileState): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at, bytes.length - at, at)).bytesWritten
}

type Attributes = {stats: BigIntStats | undefined; mode: number | undefined; size: number}

async function keepOwnerAndMode(handle: FileHandle, {stats, mode, size}: Attributes): Promise<boolean> {
  const mine = fstatSync(handle.fd, {bigint: true})
  // Some network drives acknowledge writes that they drop.
  if (Number(mine.size) !== size) throw new Error(`only ${mine.size} of ${size} bytes arrived on the disk`)
  if (process.platform !== 'win32') {
    if (stats && !(await keepOwner(handle, {mine, stats}))) return false
    if (mode !== undefined && mode !== modeOf(mine)) await handle.chmod(mode)
  }
  await handle.sync()
  return true
}

async function keepOwner(handle: FileHandle, {mine, stats}: {mine: BigIntStats; stats: BigIntStats}): Promise<boolean> {
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
