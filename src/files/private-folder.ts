import {chmod, mkdir, stat} from 'node:fs/promises'
import {dirname, resolve} from 'node:path'
import {systemCode, VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'

const PRIVATE = 0o700

/**
 * Makes a folder that only this user can enter, whatever the umask, and tightens one that is wider.
 * Missing parents are made the same way; existing parents are left as they are.
 * @throws VibeError `folder-unusable` when something else is there, or when another user owns it
 */
export async function ensurePrivateFolder(path: string): Promise<void> {
  const folder = resolve(path)
  try {
    const firstMade = await mkdir(folder, {recursive: true, mode: PRIVATE})
    if (firstMade !== undefined) await tightenUpTo(folder, firstMade)
    const found = await stat(folder)
    refuseForeign(folder, found.uid)
    if (process.platform !== 'win32' && (found.mode & 0o777) !== PRIVATE) await chmod(folder, PRIVATE)
  } catch (error) {
    if (error instanceof VibeError) throw error
    throw unusable(folder, systemCode(error) ?? String(error), error)
  }
}

/** The umask may have taken bits away from us or, on odd file systems, left some for others. */
async function tightenUpTo(folder: string, firstMade: string): Promise<void> {
  const last = resolve(firstMade)
  for (let current = folder; ; current = dirname(current)) {
    await chmod(current, PRIVATE)
    if (current === last || dirname(current) === current) return
  }
}

function refuseForeign(folder: string, owner: number): void {
  const self = process.getuid?.()
  if (self !== undefined && self !== 0 && owner !== self) throw unusable(folder, `it belongs to user id ${owner}`)
}

function unusable(folder: string, reason: string, cause?: unknown): VibeError {
  return new VibeError(
    {
      code: 'folder-unusable',
      message: `Cannot use the folder ${folder}: ${reason}`,
      origin: folder,
      hint: 'Check who owns it, or choose other folders with XDG_CONFIG_HOME, XDG_DATA_HOME and XDG_CACHE_HOME',
      exit: ExitCode.notSetUp,
    },
    {cause},
  )
}
