import {lstatSync, type BigIntStats} from 'node:fs'
import {dirname, join, sep} from 'node:path'
import {setImmediate as breathe} from 'node:timers/promises'
import type {FileState, PathChange} from '../edits/journal/state.ts'
import {lookAt} from '../edits/journal/look.ts'
import {EditRefusal} from '../edits/refusal.ts'
import {sameState} from '../edits/journal/state.ts'

export type SnapshotLimits = {files: number; fileBytes: number; bytes: number}

/** Enough for most projects in a few tens of milliseconds; what is beyond is said, not kept. */
export const SNAPSHOT_LIMITS: SnapshotLimits = {files: 20_000, fileBytes: 4 * 1024 * 1024, bytes: 64 * 1024 * 1024}

export type Snapshot = {
  files: ReadonlyMap<string, Kept>
  /** Why not everything is kept; absent when it is. */
  gap?: string
}
/** `state` is absent for a file that is too large: that it changed can be told, what it held cannot. */
type Kept = {stamp: string; state?: FileState}

/**
 * What the project's files hold now. Files that have not changed since `previous` are not read again.
 * @param names from the root, as `walkFiles` lists them; links and what is no regular file are passed over
 */
export async function takeSnapshot(
  root: string,
  names: readonly string[],
  how: {previous?: Snapshot; limits?: SnapshotLimits; signal: AbortSignal},
): Promise<Snapshot> {
  const limits = how.limits ?? SNAPSHOT_LIMITS
  const files = new Map<string, Kept>()
  let bytes = 0
  let tooLarge = 0
  for (const [index, name] of names.slice(0, limits.files).entries()) {
    if (index % 200 === 0) {
      await breathe()
      how.signal.throwIfAborted()
    }
    const path = join(root, name)
    const kept = keep(path, how.previous?.files.get(path), {limits, left: limits.bytes - bytes})
    if (!kept) continue
    files.set(path, kept)
    bytes += kept.state?.bytes.length ?? 0
    if (!kept.state) tooLarge++
  }
  const gap = gapOf({listed: names.length, limit: limits.files, tooLarge})
  return {files, ...(gap === undefined ? {} : {gap})}
}

function keep(
  path: string,
  known: Kept | undefined,
  {limits, left}: {limits: SnapshotLimits; left: number},
): Kept | undefined {
  const stats = lstatSync(path, {bigint: true, throwIfNoEntry: false})
  if (!stats?.isFile()) return undefined
  const stamp = stampOf(stats)
  if (known?.stamp === stamp && known.state) return known
  const size = Number(stats.size)
  if (size > limits.fileBytes || size > left) return {stamp}
  try {
    const file = lookAt(path, false)
    return file && {stamp: stampOf(file.stats), state: {bytes: file.bytes, mode: Number(file.stats.mode & 0o7777n)}}
  } catch (error) {
    // What may not be read cannot be kept either.
    if (error instanceof EditRefusal) return {stamp}
    throw error
  }
}

function stampOf({ino, size, mtimeNs, ctimeNs}: BigIntStats): string {
  return `${ino} ${size} ${mtimeNs} ${ctimeNs}`
}

function gapOf({listed, limit, tooLarge}: {listed: number; limit: number; tooLarge: number}): string | undefined {
  const gaps = [
    ...(listed > limit ? [`${listed - limit} files beyond the first ${limit}`] : []),
    ...(tooLarge > 0 ? [`${tooLarge} large or unreadable ${tooLarge === 1 ? 'file' : 'files'}`] : []),
  ]
  return gaps.length === 0 ? undefined : gaps.join(' and ')
}

export type Difference = {
  /** What can be taken back. */
  changes: PathChange[]
  /** Paths that changed but whose content was not kept. */
  lost: string[]
  /** Folders that hold new files and held none before, outermost first. */
  newFolders: string[]
}

export function changesBetween(root: string, before: Snapshot, after: Snapshot): Difference {
  const changes: PathChange[] = []
  const lost: string[] = []
  for (const path of new Set([...before.files.keys(), ...after.files.keys()])) {
    const [old, now] = [before.files.get(path), after.files.get(path)]
    if (old?.stamp === now?.stamp) continue
    if ((old && !old.state) || (now && !now.state)) lost.push(path)
    else if (!sameState(old?.state, now?.state)) changes.push({path, before: old?.state, after: now?.state})
  }
  const created = changes.filter((change) => !change.before).map(({path}) => path)
  return {changes, lost, newFolders: foldersOf(created, root).filter((folder) => !holdsAny(before, folder))}
}

function foldersOf(paths: readonly string[], root: string): string[] {
  const folders = new Set<string>()
  for (const path of paths)
    for (let folder = dirname(path); folder.length > root.length && !folders.has(folder); folder = dirname(folder))
      folders.add(folder)
  return [...folders].sort()
}

function holdsAny({files}: Snapshot, folder: string): boolean {
  for (const path of files.keys()) if (path.startsWith(folder + sep)) return true
  return false
}
