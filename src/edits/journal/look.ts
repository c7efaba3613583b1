import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  type BigIntStats,
} from 'node:fs'
import {systemCode} from '../../errors.ts'
import {checkReadable, openProblem, pathChanged, type FileBytes} from '../file-bytes.ts'
import {EditRefusal} from '../refusal.ts'

/**
 * Reads a regular file that lies exactly where its resolved path says, at once: for the many small looks before a
 * change, waiting for a thread costs five times what the look itself does.
 * @param writable also finds out whether it may be written
 * @returns undefined when there is no such file
 * @throws EditRefusal as `readFileBytes` does
 */
export function lookAt(path: string, writable: boolean): FileBytes | undefined {
  const flags =
    (writable ? constants.O_RDWR : constants.O_RDONLY) | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  let file: number
  try {
    file = openSync(path, flags)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw openProblem(path, error)
  }
  try {
    const stats = fstatSync(file, {bigint: true})
    if (!leadsTo(file, path, stats)) throw pathChanged(path)
    checkReadable(path, stats)
    return {bytes: readWhole(file, path, Number(stats.size)), stats}
  } catch (error) {
    throw error instanceof EditRefusal ? error : openProblem(path, error)
  } finally {
    closeSync(file)
  }
}

function leadsTo(file: number, path: string, mine: BigIntStats): boolean {
  if (process.platform === 'linux') {
    try {
      return readlinkSync(`/proc/self/fd/${file}`) === path
    } catch {
      // Without /proc, path and identity are compared, as elsewhere.
    }
  }
  const named = lstatSync(path, {bigint: true})
  return mine.ino === named.ino && mine.dev === named.dev && realpathSync(path) === path
}

function readWhole(file: number, path: string, size: number): Buffer {
  const buffer = Buffer.allocUnsafe(size + 1)
  let length = 0
  for (let read = -1; read !== 0 && length < buffer.length; length += read)
    read = readSync(file, buffer, length, buffer.length - length, length)
  if (length > size) throw new EditRefusal('file-changed', `${path} is being written to by someone else. Try again.`)
  return buffer.subarray(0, length)
}
