import {lstat, open, readlink, realpath, rename, stat, unlink} from 'node:fs/promises'
import type {FileHandle} from 'node:fs/promises'
import {basename, dirname, join, resolve} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {systemCode, VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {syncFolder} from './sync-folder.ts'
import {systemReason} from './system-reason.ts'

export type AtomicWriteOptions = {
  /** Permission bits of the written file, exact whatever the umask. */
  mode: number
  /** For a file that exists: keep its mode and owner, and write through a symbolic link to its target. */
  keepMode?: boolean
}

type Attributes = {mode: number; uid?: number; gid?: number}

/**
 * Replaces a file so that a crash, a full disk or a power cut leaves the old content or the new, never a mixture.
 * A hard link to the old content keeps the old content. The folder must exist.
 * @throws VibeError `write-failed` with the system's reason; nothing is left behind then
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  options: AtomicWriteOptions,
): Promise<void> {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data
  try {
    const target = options.keepMode ? await linkTarget(path) : path
    const temporary = join(dirname(target), `.${basename(target).slice(0, 100)}.${randomName()}.tmp`)
    await writeTemporary(temporary, bytes, await attributesFor(target, options))
    await moveInto(temporary, target)
    await syncFolder(dirname(target))
  } catch (error) {
    throw writeFailure(path, error)
  }
}

/** The crypto module costs a tenth of a start, and most runs only read. */
function randomName(): string {
  return process.getBuiltinModule('node:crypto').randomBytes(6).toString('hex')
}

/** Where a path really leads, also when the last link dangles. @throws the system's ELOOP for a circle */
export async function linkTarget(path: string, depth = 0): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' || depth > 40) throw error
  }
  const link = await lstat(path).catch(() => undefined)
  if (link?.isSymbolicLink()) return linkTarget(resolve(dirname(path), await readlink(path)), depth + 1)
  return path
}

async function attributesFor(target: string, options: AtomicWriteOptions): Promise<Attributes> {
  if (!options.keepMode) return {mode: options.mode}
  try {
    const {mode, uid, gid} = await stat(target)
    return {mode: mode & 0o7777, uid, gid}
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return {mode: options.mode}
    throw error
  }
}

async function writeTemporary(temporary: string, bytes: Uint8Array, attributes: Attributes): Promise<void> {
  const file = await open(temporary, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await applyAttributes(file, attributes)
    await file.sync()
    const {size} = await file.stat()
    // Some network drives acknowledge writes that they drop.
    if (size !== bytes.byteLength) throw new Error(`only ${size} of ${bytes.byteLength} bytes arrived on the disk`)
  } catch (error) {
    await file.close()
    await discard(temporary)
    throw error
  }
  await file.close()
}

async function applyAttributes(file: FileHandle, {mode, uid, gid}: Attributes): Promise<void> {
  if (process.platform === 'win32') return
  const now = await file.stat()
  const sameOwner = uid === undefined || gid === undefined || (now.uid === uid && now.gid === gid)
  const owned =
    sameOwner ||
    (await file.chown(uid, gid).then(
      () => true,
      () => false,
    ))
  // Without its owner, a set-user-id bit would lend our own rights.
  await file.chmod(owned ? mode : mode & 0o777)
}

async function moveInto(temporary: string, target: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await rename(temporary, target)
    } catch (error) {
      // On Windows a virus scanner or an indexer holds a file for moments.
      const busy = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(systemCode(error) ?? '')
      if (!busy || attempt >= 8) {
        await discard(temporary)
        throw error
      }
      await pause(10 * 2 ** attempt)
    }
  }
}

async function discard(temporary: string): Promise<void> {
  await unlink(temporary).catch(() => undefined)
}

/** A system's error as one that a person can act on. */
export function writeFailure(path: string, error: unknown): VibeError {
  const code = systemCode(error)
  return new VibeError(
    {
      code: 'write-failed',
      message: `Cannot write ${path}: ${systemReason(error)}`,
      origin: path,
      hint:
        code === 'ENOSPC' || code === 'EDQUOT'
          ? 'Free some space and try again; nothing was changed'
          : 'Check the folder and its permissions; nothing was changed',
      exit: ExitCode.notSetUp,
    },
    {cause: error},
  )
}
