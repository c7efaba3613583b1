import {constants} from 'node:fs'
import type {BigIntStats} from 'node:fs'
import {lstat, open, readlink, realpath, type FileHandle} from 'node:fs/promises'
import {systemCode} from '../errors.ts'
import {EditRefusal} from './refusal.ts'

/** 32 MiB: more than anyone edits by exact text, less than hurts. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024

export type FileBytes = {bytes: Buffer; stats: BigIntStats}

/** The permission bits of a file. */
export function modeOf(stats: BigIntStats): number {
  return Number(stats.mode & 0o7777n)
}

/**
 * Reads a regular file that lies exactly where its resolved path says.
 * @param path absolute and resolved; a link put in its way since then is refused, not followed
 * @returns undefined when there is no such file
 * @throws EditRefusal for folders, devices, pipes, too large or unreadable files
 */
export async function readFileBytes(path: string): Promise<FileBytes | undefined> {
  const handle = await openExactly(path, constants.O_RDONLY)
  if (!handle) return undefined
  try {
    return await readHandle(handle, path)
  } finally {
    await handle.close()
  }
}

export async function readHandle(handle: FileHandle, path: string): Promise<FileBytes> {
  const stats = await handle.stat({bigint: true})
  checkReadable(path, stats)
  const buffer = Buffer.alloc(Number(stats.size) + 1)
  let length = 0
  while (length < buffer.length) {
    const {bytesRead} = await handle.read(buffer, length, buffer.length - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  if (length > Number(stats.size))
    throw new EditRefusal('file-changed', `${path} is being written to by someone else. Try again.`)
  return {bytes: buffer.subarray(0, length), stats}
}

/** @throws EditRefusal for what is no regular file, or too large */
export function checkReadable(path: string, stats: BigIntStats): void {
  if (stats.isDirectory()) throw new EditRefusal('is-folder', `${path} is a folder. Use list.`)
  if (!stats.isFile()) throw new EditRefusal('not-a-file', `${path} is no regular file (a device, pipe or socket).`)
  if (stats.size > BigInt(MAX_FILE_BYTES)) {
    throw new EditRefusal(
      'too-large',
      `${path} is too large (${(Number(stats.size) / 1e6).toFixed(0)} MB). Use grep, or shell with sed -n 'A,Bp'.`,
    )
  }
}

/**
 * Opens without following a link in the last place, without waiting on a pipe, and checks that what was opened is what
 * the path names: between resolving and opening somebody may have swapped a folder for a link.
 */
export async function openExactly(path: string, flags: number): Promise<FileHandle | undefined> {
  const noFollow = constants.O_NOFOLLOW ?? 0
  const noWait = constants.O_NONBLOCK ?? 0
  let handle: FileHandle
  try {
    handle = await open(path, flags | noFollow | noWait)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw openProblem(path, error)
  }
  try {
    if (await leadsTo(handle, path)) return handle
  } catch (error) {
    await handle.close()
    throw openProblem(path, error)
  }
  await handle.close()
  throw pathChanged(path)
}

export function pathChanged(path: string): EditRefusal {
  return new EditRefusal('path-changed', `${path} no longer leads where it led when it was checked. Nothing was done.`)
}

/** Linux tells the true path of an open file; elsewhere path and identity are compared once more. */
async function leadsTo(handle: FileHandle, path: string): Promise<boolean> {
  if (process.platform === 'linux') {
    const shown = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => undefined)
    if (shown !== undefined) return shown === path
  }
  const [mine, named] = [await handle.stat({bigint: true}), await lstat(path, {bigint: true})]
  return mine.ino === named.ino && mine.dev === named.dev && (await realpath(path)) === path
}

/** Why a file cannot be opened, in words. */
export function openProblem(path: string, error: unknown): EditRefusal {
  const code = systemCode(error) ?? 'unknown error'
  const known: Record<string, string> = {
    EACCES: 'may not be opened (permission denied)',
    EPERM: 'may not be opened (operation not permitted)',
    EROFS: 'lies on a read-only file system',
    EISDIR: 'is a folder',
    ELOOP: 'was replaced by a link',
    ENOTDIR: 'has a file where a folder should be',
    ENXIO: 'is no regular file (a device, pipe or socket)',
    EMFILE: 'cannot be opened: too many open files',
  }
  return new EditRefusal('cannot-open', `${path} ${known[code] ?? `cannot be opened (${code})`}.`, {cause: error})
}
