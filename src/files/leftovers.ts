import {readdir, stat, unlink} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'

/** Nothing of ours takes this long between making such a file and renaming or removing it. */
const OLD_MS = 60_000

/**
 * Removes what processes that were killed in the middle of a write left beside a file: temporary copies, which may hold
 * keys, and drafts of locks. Call it under the file's lock.
 */
export async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path)
  for (const name of await readdir(folder)) {
    if (isLeftover(name, basename(path))) await removeIfOld(join(folder, name))
  }
}

/** The same files in a whole folder, whatever they were beside, without taking them away; none where it cannot be read. */
export async function leftoversIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  const left: string[] = []
  for (const name of names) {
    const file = /^\.?(.+?\.jsonl?)\./.exec(name)?.[1]
    if (file !== undefined && isLeftover(name, file) && (await isOld(join(folder, name)))) left.push(join(folder, name))
  }
  return left
}

async function isOld(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs > OLD_MS
}

function isLeftover(name: string, file: string): boolean {
  const temporary = name.startsWith(`.${file.slice(0, 100)}.`) && /\.[0-9a-f]{12}\.tmp$/.test(name)
  const rest = name.startsWith(`${file}.lock.`) ? name.slice(`${file}.lock.`.length) : ''
  return temporary || /^(?:claim-(?:[0-9a-f]{18}|torn)\.)*(?:claim-(?:[0-9a-f]{18}|torn)|[0-9a-f]{18})$/.test(rest)
}

async function removeIfOld(path: string): Promise<void> {
  try {
    const {mtimeMs} = await stat(path)
    if (Date.now() - mtimeMs > OLD_MS) await unlink(path)
  } catch {
    // Its owner has just removed it, or it is not ours to remove: neither hinders the write.
  }
}
