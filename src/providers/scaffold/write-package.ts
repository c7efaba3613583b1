import {lstat, mkdir, readdir, rename, rm, rmdir, stat, writeFile} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import {systemCode, VibeError} from '../../errors.ts'
import {ExitCode} from '../../exit-codes.ts'
import {writeFailure} from '../../files/atomic-write.ts'
import type {PackageFiles} from './scaffold-files.ts'

/**
 * Writes a package into a folder that does not exist or is empty: all of it, or nothing.
 * @throws VibeError `folder-taken` (exit 2) when something is there, `write-failed` with the system's reason
 */
export async function writePackage(folder: string, files: PackageFiles, signal: AbortSignal): Promise<void> {
  await refuseTaken(folder)
  const parent = dirname(folder)
  const made: string[] = []
  const beside = join(parent, `.${basename(folder).slice(0, 100)}.${randomName()}.tmp`)
  try {
    await makeFolders(parent, made).catch((error: unknown) => asTaken(error, folder))
    await writeFiles(beside, files, signal)
    await moveInto(beside, folder).catch((error: unknown) => asTaken(error, folder))
  } catch (error) {
    await rm(beside, {recursive: true, force: true}).catch(() => undefined)
    // Of the folders above only those that were made for this, and only while nobody else has put something there.
    for (const path of made.toReversed()) await rmdir(path).catch(() => undefined)
    if (error instanceof VibeError || signal.aborted) throw error
    throw writeFailure(folder, error)
  }
}

/**
 * One by one: Node's own way of making several goes round for ever where none can be made, as below /proc.
 * @param made gets those that were not there, the topmost first
 */
async function makeFolders(path: string, made: string[]): Promise<void> {
  const present = await stat(path).catch(() => undefined)
  if (present?.isDirectory()) return
  const parent = dirname(path)
  if (parent !== path) await makeFolders(parent, made)
  try {
    await mkdir(path)
    made.push(path)
  } catch (error) {
    // Somebody else may have made it just now.
    if (systemCode(error) !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error
  }
}

function asTaken(error: unknown, folder: string): never {
  throw ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemCode(error) ?? '') ? taken(folder) : error
}

async function writeFiles(folder: string, files: PackageFiles, signal: AbortSignal): Promise<void> {
  await mkdir(folder)
  for (const [path, text] of files) {
    signal.throwIfAborted()
    await mkdir(dirname(join(folder, path)), {recursive: true})
    await writeFile(join(folder, path), text, {flag: 'wx', signal})
  }
}

/**
 * A folder that exists stays the same one, since somebody may be standing in it. Its new files are moved in one by one
 * and taken out again when one of them cannot be.
 */
async function moveInto(beside: string, folder: string): Promise<void> {
  const existing = await stat(folder).catch(() => undefined)
  if (existing === undefined) return rename(beside, folder)
  if ((await readdir(folder)).length > 0) throw taken(folder)
  const moved: string[] = []
  try {
    for (const name of await readdir(beside)) {
      await rename(join(beside, name), join(folder, name))
      moved.push(name)
    }
  } catch (error) {
    for (const name of moved) await rm(join(folder, name), {recursive: true, force: true}).catch(() => undefined)
    throw error
  }
  await rm(beside, {recursive: true, force: true})
}

async function refuseTaken(folder: string): Promise<void> {
  const present = await lstat(folder).catch(() => undefined)
  if (present === undefined) return
  const isEmpty = await readdir(folder).then(
    (names) => names.length === 0,
    () => false,
  )
  if (!isEmpty) throw taken(folder)
}

function taken(folder: string): VibeError {
  return new VibeError({
    code: 'folder-taken',
    message: `${folder} is not an empty folder; nothing was written`,
    origin: folder,
    hint: 'Choose another one: --dir FOLDER',
    exit: ExitCode.usage,
  })
}

function randomName(): string {
  return process.getBuiltinModule('node:crypto').randomBytes(6).toString('hex')
}
