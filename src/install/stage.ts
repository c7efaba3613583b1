import {existsSync} from 'node:fs'
import {copyFile, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {writeFailure} from '../files/atomic-write.ts'
import {withLock} from '../files/lock.ts'
import {ensurePrivateFolder} from '../files/private-folder.ts'
import {VibeError, systemCode} from '../errors.ts'
import {copyTree, shareTree} from './copy-tree.ts'

/** What an installation consists of. The list comes last: what it names must be there already. */
const PARTS = ['node_modules', 'packages', 'package-lock.json', 'package.json'] as const
const HOUR_MS = 3_600_000

/** The folder in which installations are prepared, beside what they replace, so that a rename moves them. */
export function stagingFolder(data: string): string {
  return join(data, '.install')
}

/** Gives `work` a folder of its own that is gone afterwards. npm works there, so it holds a package.json. */
export async function withScratch<Result>(data: string, work: (folder: string) => Promise<Result>): Promise<Result> {
  await ensurePrivateFolder(stagingFolder(data))
  const folder = await mkdtemp(join(stagingFolder(data), 'look-'))
  try {
    await writeFile(join(folder, 'package.json'), '{"private":true}\n')
    await copySettings(data, folder)
    return await work(folder)
  } catch (error) {
    throw inOurWords(data, error)
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

export type ChangeOptions = {
  data: string
  signal: AbortSignal
  /** How the copy is made; for one from which files are only removed, "sharing" needs no room. "emptying" begins with nothing. */
  by?: 'copying' | 'sharing' | 'emptying'
}

/**
 * Changes what is installed as a whole or not at all. `prepare` works on a copy; only when it has succeeded does the copy
 * take the place of the original. A crash before that changes nothing, a crash after it is completed by the next start.
 * @param prepare changes the copy; `false` keeps the original
 */
export async function changeInstalled<Result>(
  {data, signal, by = 'copying'}: ChangeOptions,
  prepare: (copy: string) => Promise<{commit: boolean; result: Result}>,
): Promise<Result> {
  await ensurePrivateFolder(stagingFolder(data))
  return withLock(join(data, 'package.json'), signal, async () => {
    await complete(data)
    await sweep(data)
    const copy = await mkdtemp(join(stagingFolder(data), 'next-'))
    try {
      await mkdir(join(copy, 'node_modules'))
      if (by !== 'emptying') await copyParts(data, copy, by)
      const {commit, result} = await prepare(copy)
      signal.throwIfAborted()
      if (commit) {
        await rename(copy, ready(data))
        await complete(data)
      }
      return result
    } catch (error) {
      throw inOurWords(data, error)
    } finally {
      await rm(copy, {recursive: true, force: true})
    }
  })
}

function inOurWords(data: string, error: unknown): unknown {
  const isSystem = systemCode(error)?.startsWith('E') === true
  return error instanceof VibeError || !isSystem ? error : writeFailure(data, error)
}

/** Completes what a crash has left half done. One look at the disk when there is nothing. */
export async function recoverInstalled(data: string, signal: AbortSignal): Promise<void> {
  if (!existsSync(ready(data))) return
  await withLock(join(data, 'package.json'), signal, () => complete(data))
}

function ready(data: string): string {
  return join(stagingFolder(data), 'ready')
}

/** Each step can be done again, so that it does not matter after which of them a process died. */
async function complete(data: string): Promise<void> {
  const next = ready(data)
  if (!existsSync(next)) return
  for (const part of PARTS) {
    if (!existsSync(join(next, part))) continue
    const old = await mkdtemp(join(stagingFolder(data), 'old-'))
    if (existsSync(join(data, part))) await rename(join(data, part), join(old, part))
    await rename(join(next, part), join(data, part))
    await rm(old, {recursive: true, force: true})
  }
  await rm(next, {recursive: true, force: true})
}

async function copyParts(data: string, copy: string, by: 'copying' | 'sharing'): Promise<void> {
  for (const part of PARTS) {
    if (!existsSync(join(data, part))) continue
    const isFolder = part === 'node_modules' || part === 'packages'
    await (isFolder && by === 'sharing' ? shareTree : copyTree)(join(data, part), join(copy, part))
  }
  await copySettings(data, copy)
}

/** A user may keep settings of npm for vibe alone in the data folder. */
async function copySettings(data: string, folder: string): Promise<void> {
  if (existsSync(join(data, '.npmrc'))) await copyFile(join(data, '.npmrc'), join(folder, '.npmrc'))
}

/** Under the lock nobody else prepares anything: what lies around is left from a crash. */
async function sweep(data: string): Promise<void> {
  for (const name of await readdir(stagingFolder(data))) {
    const path = join(stagingFolder(data), name)
    const isOurs = name.startsWith('next-') || name.startsWith('old-')
    const facts = await stat(path).catch(() => undefined)
    if (isOurs || (name.startsWith('look-') && facts && Date.now() - facts.mtimeMs > HOUR_MS))
      await rm(path, {recursive: true, force: true}).catch(() => undefined) // An npm that outlived a killed vibe still writes there.
  }
}
