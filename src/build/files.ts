import {mkdir, readFile, readdir, rename, rm, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {systemCode} from '../errors.ts'

/** Every file below a folder as a full path, sorted; none when the folder does not exist. */
export async function filesUnder(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, {recursive: true, withFileTypes: true})
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}

/** Writes through a rename, so that a running vibe never reads half a file; leaves an identical file alone. */
export async function writeChanged(path: string, content: Uint8Array | string): Promise<void> {
  const wanted = Buffer.from(content)
  const present = await readFile(path).catch(() => undefined)
  if (present?.equals(wanted)) return
  await mkdir(dirname(path), {recursive: true})
  const beside = `${path}.${process.pid}.tmp`
  await writeFile(beside, wanted)
  await rename(beside, path)
}

/** Removes what an earlier build left behind. */
export async function removeOthers(folder: string, keep: readonly string[]): Promise<void> {
  const kept = new Set(keep)
  for (const path of await filesUnder(folder)) if (!kept.has(path)) await rm(path, {force: true})
}
