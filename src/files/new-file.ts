import {link, open, rename, unlink} from 'node:fs/promises'
import {basename, dirname, join, resolve} from 'node:path'
import {systemCode, VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {writeFailure} from './atomic-write.ts'

export type NewFileOptions = {
  /** Put in the place of a file that is there. */
  replace: boolean
  signal: AbortSignal
}

/** Characters that are gathered before they are written. */
const BLOCK = 512 * 1024

/**
 * Writes a file that only the user can read, piece by piece: it is there whole or not at all.
 * @returns its size in bytes
 * @throws VibeError `file-exists` (exit 2), `write-failed` (exit 3); the signal's reason. Nothing is left behind then
 */
export async function writeNewFile(
  path: string,
  pieces: Iterable<string>,
  {replace, signal}: NewFileOptions,
): Promise<number> {
  const target = resolve(path)
  const name = process.getBuiltinModule('node:crypto').randomBytes(6).toString('hex')
  const temporary = join(dirname(target), `.${basename(target).slice(0, 100)}.${name}.tmp`)
  try {
    const size = await writePieces(temporary, pieces, signal)
    await (replace ? rename(temporary, target) : putInPlace(temporary, target))
    return size
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    if (systemCode(error) === 'EEXIST') throw alreadyThere(path)
    if (error instanceof VibeError || signal.aborted || systemCode(error) === undefined) throw error
    throw writeFailure(path, error)
  }
}

async function writePieces(temporary: string, pieces: Iterable<string>, signal: AbortSignal): Promise<number> {
  const file = await open(temporary, 'wx', 0o600)
  try {
    let size = 0
    let block = ''
    const flush = async () => {
      signal.throwIfAborted()
      const bytes = Buffer.from(block)
      block = ''
      size += bytes.length
      await file.appendFile(bytes)
    }
    for (const piece of pieces) {
      block += piece
      if (block.length >= BLOCK) await flush()
    }
    await flush()
    await file.sync()
    return size
  } finally {
    await file.close()
  }
}

/** A second name fails where there is a file, which a rename would replace; some file systems know no second names. */
async function putInPlace(temporary: string, target: string): Promise<void> {
  try {
    await link(temporary, target)
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(systemCode(error) ?? '')) throw error
    await (await open(target, 'wx', 0o600)).close()
    return rename(temporary, target)
  }
  await unlink(temporary)
}

function alreadyThere(path: string): VibeError {
  return new VibeError({
    code: 'file-exists',
    message: `${path} exists already and was left as it is.`,
    origin: path,
    hint: 'Choose another name, or replace it with --force',
    exit: ExitCode.usage,
  })
}
