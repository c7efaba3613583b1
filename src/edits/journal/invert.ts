import {decodeText} from '../text.ts'
import {EditRefusal} from '../refusal.ts'
import type {Entry} from './entry.ts'
import {mergeLines} from './merge.ts'
import {currentState} from './settle.ts'
import {sameBytes, sameMode, sameState, type FileState, type PathChange} from './state.ts'

export type Conflict = {path: string; reason: string}
export type Inversion = {
  changes: PathChange[]
  /** Paths where somebody's later changes were kept beside what is taken back. */
  merged: string[]
  /** When there is one, nothing may be changed. */
  conflicts: Conflict[]
}

type Walk = {start: FileState | undefined; now: FileState | undefined; merged: boolean; conflict?: string}

/**
 * Works out what takes entries back, from what is on the disk now. Changes that somebody made since are kept: merged by
 * lines where they are elsewhere in the file, a conflict where they are not.
 * @param entries newest first
 */
export async function invertEntries(entries: readonly Entry[]): Promise<Inversion> {
  const walks = new Map<string, Walk>()
  for (const {changes} of entries) {
    for (const change of changes) {
      const walk = walks.get(change.path) ?? (await startAt(change.path))
      walks.set(change.path, walk)
      if (walk.conflict === undefined) stepBack(walk, change)
    }
  }
  const inversion: Inversion = {changes: [], merged: [], conflicts: []}
  for (const [path, {start, now, merged, conflict}] of walks) {
    if (conflict !== undefined) inversion.conflicts.push({path, reason: conflict})
    else if (!sameState(start, now)) {
      inversion.changes.push({path, before: start, after: now})
      if (merged) inversion.merged.push(path)
    }
  }
  return inversion
}

async function startAt(path: string): Promise<Walk> {
  const start = await currentState(path)
  if (start !== 'unreadable') return {start, now: start, merged: false}
  return {
    start: undefined,
    now: undefined,
    merged: false,
    conflict: 'something that is no readable file stands there now',
  }
}

function stepBack(walk: Walk, {before, after}: PathChange): void {
  if (sameState(walk.now, after)) walk.now = before
  else if (sameState(walk.now, before)) return
  else if (!walk.now) walk.conflict = 'it was deleted since'
  else if (!after) walk.conflict = 'it was made anew since'
  else if (!before) walk.conflict = 'it was changed since it was made'
  else mergeBack(walk, walk.now, {before, after})
}

function mergeBack(walk: Walk, now: FileState, {before, after}: {before: FileState; after: FileState}): void {
  const mode = sameMode(now.mode, after.mode) ? (before.mode ?? now.mode) : now.mode
  if (sameBytes(now.bytes, after.bytes)) {
    walk.now = {bytes: before.bytes, mode}
    walk.merged ||= !sameMode(now.mode, after.mode)
    return
  }
  const [base, mine, theirs] = [textOf(after), textOf(now), textOf(before)]
  const merged =
    base === undefined || mine === undefined || theirs === undefined ? undefined : mergeLines(base, mine, theirs)
  if (merged === undefined) walk.conflict = 'the same lines were changed since'
  else {
    walk.now = {bytes: Buffer.from(merged, 'utf8'), mode}
    walk.merged = true
  }
}

function textOf({bytes}: FileState): string | undefined {
  try {
    return decodeText(bytes, '')
  } catch (error) {
    if (error instanceof EditRefusal) return undefined
    throw error
  }
}
