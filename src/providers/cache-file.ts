import {readFileSync, statSync} from 'node:fs'
import {dirname} from 'node:path'
import {systemCode} from '../errors.ts'

type Content = Record<string, unknown>

/** @returns undefined for a file that is missing, damaged or larger than `maxBytes`: a cache may be lost */
export function readCacheFile(file: string, maxBytes: number): Content | undefined {
  try {
    const found = statSync(file, {throwIfNoEntry: false})
    if (!found?.isFile() || found.size > maxBytes) return undefined
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof content === 'object' && content !== null ? (content as Content) : undefined
  } catch (error) {
    // A damaged or unreadable cache is as good as none; what it held is found out again.
    if (error instanceof SyntaxError || systemCode(error) !== undefined) return undefined
    throw error
  }
}

/** Writes whole or not at all, for its user only. Never fails. */
export async function writeCacheFile(file: string, content: Content): Promise<void> {
  try {
    const [{writeFileAtomic}, {ensurePrivateFolder}] = await Promise.all([
      import('../files/atomic-write.ts'),
      import('../files/private-folder.ts'),
    ])
    await ensurePrivateFolder(dirname(file))
    await writeFileAtomic(file, `${JSON.stringify(content)}\n`, {mode: 0o600})
  } catch {
    // A full or read-only disk costs the next start a few milliseconds, nothing else.
  }
}
