import {rmSync, statSync, unlinkSync, utimesSync} from 'node:fs'
import {systemCode, VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {claimSession, isInUse} from './claim.ts'
import {openDigestCache} from './digest-cache.ts'
import type {SessionPlaces} from './list.ts'
import type {SessionFile} from './location.ts'
import {reopenLog} from './log.ts'
import {cleanTitle, LONGEST_TITLE} from './title.ts'

/**
 * Calls a session something else. Its place in the list stays.
 * @returns the title as it is kept
 * @throws VibeError `title-empty` (exit 2), `session-in-use`, `write-failed`
 */
export function renameSession(file: SessionFile, wanted: string, scrub: (line: string) => string): string {
  const title = cleanTitle(wanted, LONGEST_TITLE)
  if (title === '')
    throw new VibeError({
      code: 'title-empty',
      message: 'A title needs a letter or a sign.',
      hint: `vibe session rename ${file.id} "a title"`,
      exit: ExitCode.usage,
    })
  const {atime, mtime} = statSync(file.path)
  const log = reopenLog(file, {
    scrub,
    onFailure: (message) => {
      throw cannotChange(file, message)
    },
  })
  try {
    log.append({type: 'title', at: new Date().toISOString(), title}, true)
  } finally {
    log.close()
  }
  utimesSync(file.path, atime, mtime)
  return title
}

/**
 * Deletes sessions for good; those that another process has open are left.
 * @returns what was deleted, and what was in use
 * @throws VibeError `write-failed` (exit 3) where the system refuses
 */
export async function deleteSessions(
  places: SessionPlaces,
  files: readonly SessionFile[],
): Promise<{deleted: SessionFile[]; inUse: SessionFile[]}> {
  const cache = openDigestCache(places.cache)
  const deleted: SessionFile[] = []
  const inUse: SessionFile[] = []
  try {
    for (const file of files) {
      const gone = deleteOne(file)
      ;(gone ? deleted : inUse).push(file)
      if (gone) cache.delete(file.path)
    }
  } finally {
    await cache.save()
  }
  return {deleted, inUse}
}

/** Claimed first, so that no conversation begins to write to it in between. */
function deleteOne(file: SessionFile): boolean {
  let release
  try {
    release = claimSession(file.path)
  } catch (error) {
    if (error instanceof VibeError) return false
    throw error
  }
  try {
    unlinkSync(file.path)
    return true
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return true
    throw cannotChange(file, `The session cannot be deleted (${systemCode(error) ?? String(error)}).`)
  } finally {
    release()
    // A claim that could not be taken back would keep the name for ever.
    if (!isInUse(file.path)) rmSync(`${file.path}.lock`, {force: true})
  }
}

function cannotChange({path}: SessionFile, message: string): VibeError {
  return new VibeError({
    code: 'write-failed',
    message,
    origin: path,
    hint: `Check who owns ${path}`,
    exit: ExitCode.notSetUp,
  })
}
