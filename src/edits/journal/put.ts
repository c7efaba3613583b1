import {constants, lstatSync} from 'node:fs'
import {link, open, rename, unlink, type FileHandle} from 'node:fs/promises'
import {basename} from 'node:path'
import {systemCode} from '../../errors.ts'
import {openExactly, readHandle} from '../file-bytes.ts'
import {withPinnedFolder, type PinnedFolder} from '../pinned-folder.ts'
import {EditRefusal} from '../refusal.ts'
import {cannotWrite, changedSince} from './problems.ts'
import {sameBytes, type FileState} from './state.ts'
import type {Staged} from './stage.ts'

/**
 * Puts staged changes of one folder in their places, one after the other, as long as each path is what was checked.
 * @throws EditRefusal; the path it names is then as it was, except that one written in place may be torn, which recovery mends
 */
export async function putStaged(folderPath: string, staged: readonly Staged[]): Promise<void> {
  const work = staged.filter(({way}) => way !== 'nothing')
  if (work.length === 0) return
  let path = folderPath
  try {
    await withPinnedFolder(folderPath, async (folder) => {
      for (const one of work) {
        path = one.change.path
        await ways[one.way](folder, one)
      }
      await folder.sync()
    })
  } catch (error) {
    throw error instanceof EditRefusal ? error : cannotWrite(path, error)
  }
}

const ways: Record<Staged['way'], (folder: PinnedFolder, staged: Staged) => Promise<void>> = {
  nothing: () => Promise.resolve(),
  create: createFile,
  replace: async (folder, staged) => {
    checkUntouched(folder, staged)
    await rename(folder.entry(staged.temporary), folder.entry(basename(staged.change.path)))
  },
  delete: async (folder, staged) => {
    checkUntouched(folder, staged)
    await unlink(folder.entry(basename(staged.change.path)))
  },
  mode: async (folder, staged) => {
    checkUntouched(folder, staged)
    const handle = await openPresent(staged.change.path, constants.O_RDONLY)
    try {
      await setMode(handle, staged.change.after)
      await handle.sync()
    } finally {
      await handle.close()
    }
  },
  'in-place': writeInPlace,
}

async function createFile(folder: PinnedFolder, {change, temporary}: Staged): Promise<void> {
  const [from, to] = [folder.entry(temporary), folder.entry(basename(change.path))]
  try {
    await link(from, to)
  } catch (error) {
    if (systemCode(error) === 'EEXIST')
      throw new EditRefusal(
        'exists',
        `${change.path} was made by someone else meanwhile. Nothing was written; read it first.`,
      )
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(systemCode(error) ?? '')) throw error
    // Without hard links the name is claimed first, so that nobody's file is replaced.
    const claim = await open(to, 'wx', 0o600)
    await claim.close()
    await rename(from, to)
    return
  }
  await unlink(from)
}

function checkUntouched(folder: PinnedFolder, {change, stats}: Staged): void {
  const now = lstatSync(folder.entry(basename(change.path)), {bigint: true, throwIfNoEntry: false})
  if (!now) throw changedSince(change.path, 'was deleted')
  const same = stats && now.ino === stats.ino && now.mtimeNs === stats.mtimeNs && now.size === stats.size
  if (!same) throw changedSince(change.path, 'was changed')
}

/** The old bytes are in the journal: a crash or an error in the middle is mended from there. */
async function writeInPlace(_folder: PinnedFolder, {change}: Staged): Promise<void> {
  const {path, before, after} = change
  if (!before || !after) return
  const handle = await openPresent(path, constants.O_RDWR)
  try {
    const {bytes} = await readHandle(handle, path)
    if (!sameBytes(bytes, before.bytes)) throw changedSince(path, 'was changed')
    await overwrite(handle, after.bytes)
    if (after.mode !== undefined && after.mode !== before.mode) await setMode(handle, after)
  } finally {
    await handle.close()
  }
}

async function openPresent(path: string, flags: number): Promise<FileHandle> {
  const handle = await openExactly(path, flags)
  if (!handle) throw changedSince(path, 'was deleted')
  return handle
}

async function setMode(handle: FileHandle, state: FileState | undefined): Promise<void> {
  if (state?.mode !== undefined && process.platform !== 'win32') await handle.chmod(state.mode)
}

/** From the front, cut to its new length last: what a crash leaves in the middle can be recognised. */
async function overwrite(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at, bytes.length - at, at)).bytesWritten
  await handle.truncate(bytes.length)
  await handle.sync()
}
