import {lstat} from 'node:fs/promises'
import {dirname} from 'node:path'
import {removeFolders} from '../pinned-folder.ts'
import {modeOf, readFileBytes} from '../file-bytes.ts'
import {EditRefusal} from '../refusal.ts'
import type {Entry} from './entry.ts'
import {discardTemporary, stageChanges, temporaryNameFor} from './stage.ts'
import {putStaged} from './put.ts'
import {isTorn, sameBytes, sameMode, type FileState, type PathChange} from './state.ts'

/**
 * What a path holds compared with an unsettled change. `between`: written in place in part, or the bytes without the
 * mode. `foreign`: somebody else has changed it since; that is never touched.
 */
type Found = {kind: 'before' | 'after' | 'between' | 'foreign'; current: FileState | undefined}

/**
 * all-new: everything had been done. all-old: everything was taken back. user-changed: taken back, except at `kept`
 * paths, which somebody has changed since.
 */
export type Settlement = {outcome: 'all-new' | 'all-old' | 'user-changed'; kept: string[]}

/**
 * Brings the paths of an entry that was interrupted or failed to one side: all new when all was done, else all old.
 * @param side old: take it back whatever was done
 * @throws EditRefusal when a path cannot be written; the entry then stays unsettled
 */
export async function settlePaths(entry: Entry, side: 'either' | 'old'): Promise<Settlement> {
  await Promise.all(
    entry.changes.map(({path}, index) => discardTemporary(path, temporaryNameFor(path, entry.id, index))),
  )
  const found = await Promise.all(entry.changes.map(findState))
  if (side === 'either' && found.every(({kind}) => kind === 'after')) return {outcome: 'all-new', kept: []}
  const kept: string[] = []
  for (const [index, change] of entry.changes.entries()) {
    const state = found[index]
    if (state?.kind === 'foreign') kept.push(change.path)
    else if (state && state.kind !== 'before')
      await putBack(change, state.current, temporaryNameFor(change.path, entry.id, index))
  }
  await removeFolders(entry.madeFolders)
  return {outcome: kept.length > 0 ? 'user-changed' : 'all-old', kept}
}

async function putBack({path, before}: PathChange, current: FileState | undefined, temporary: string): Promise<void> {
  try {
    const task = {change: {path, before: current, after: before}, temporary}
    await putStaged(dirname(path), await stageChanges(dirname(path), [task]))
  } catch (error) {
    await discardTemporary(path, temporary)
    throw error
  }
}

async function findState(change: PathChange): Promise<Found> {
  const current = await currentState(change.path)
  return {
    kind: current === 'unreadable' ? 'foreign' : classify(change, current),
    current: current === 'unreadable' ? undefined : current,
  }
}

/** @returns undefined when nothing is there, `unreadable` for a folder, link, device or what may not be opened */
export async function currentState(path: string): Promise<FileState | undefined | 'unreadable'> {
  try {
    const file = await readFileBytes(path)
    if (file) return {bytes: file.bytes, mode: modeOf(file.stats)}
    return (await lstat(path).catch(() => undefined)) ? 'unreadable' : undefined
  } catch (error) {
    if (error instanceof EditRefusal) return 'unreadable'
    throw error
  }
}

function classify({before, after}: PathChange, current: FileState | undefined): Found['kind'] {
  if (!current) return !after ? 'after' : before ? 'foreign' : 'before'
  // Where there are no hard links, a new name is claimed by an empty file first.
  if (!before && current.bytes.length === 0 && after?.bytes.length !== 0) return 'between'
  const isBefore = before !== undefined && sameBytes(before.bytes, current.bytes)
  const isAfter = after !== undefined && sameBytes(after.bytes, current.bytes)
  if (isAfter && sameMode(after.mode, current.mode)) return 'after'
  if (isBefore && sameMode(before.mode, current.mode)) return 'before'
  if (isBefore || isAfter) return 'between'
  return before && after && isTorn(current.bytes, before.bytes, after.bytes) ? 'between' : 'foreign'
}
