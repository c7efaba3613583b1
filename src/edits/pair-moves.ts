import {unifiedDiff} from './diff.ts'
import {sameBytes, type FileState, type PathChange} from './journal/state.ts'

/** A change of one path; `from` where the file was before, when it was moved. */
export type FileChange = PathChange & {from?: string}

/** Less than this percent unchanged: one file went and another came. */
const LIKE = 50
/** More files than this that came or went are not compared with one another, unless their bytes are the same. */
const MOST_FILES = 20
const MOST_BYTES = 256 * 1024

/** Reads a file that goes and one like it that comes as one file that is moved. */
export function pairMoves(changes: readonly PathChange[]): FileChange[] {
  const gone = new Set(changes.filter(({after}) => !after))
  const come = changes.filter(({before}) => !before)
  const origins = new Map<PathChange, PathChange>()
  const take = (change: PathChange, origin: PathChange | undefined) => {
    if (!origin) return
    gone.delete(origin)
    origins.set(change, origin)
  }
  const bySize = Map.groupBy(gone, ({before}) => before?.bytes.length)
  for (const change of come) {
    const candidates = bySize.get(change.after?.bytes.length) ?? []
    const index = candidates.findIndex((origin) => isSame(origin.before, change.after))
    take(change, index < 0 ? undefined : candidates.splice(index, 1)[0])
  }
  const open = come.filter((change) => !origins.has(change))
  if (open.length <= MOST_FILES && gone.size <= MOST_FILES)
    for (const change of open) take(change, nearest(change, gone))
  const moved = new Set(origins.values())
  return changes.flatMap((change): FileChange[] => {
    if (moved.has(change)) return []
    const origin = origins.get(change)
    return [origin ? {...change, from: origin.path, before: origin.before} : change]
  })
}

function isSame(one: FileState | undefined, other: FileState | undefined): boolean {
  return one !== undefined && other !== undefined && one.bytes.length > 0 && sameBytes(one.bytes, other.bytes)
}

function nearest(change: PathChange, gone: ReadonlySet<PathChange>): PathChange | undefined {
  let best: {origin: PathChange; similarity: number} | undefined
  for (const origin of gone) {
    const similarity = similarityOf(origin.before, change.after)
    if (similarity >= LIKE && similarity > (best?.similarity ?? 0)) best = {origin, similarity}
  }
  return best?.origin
}

function similarityOf(before: FileState | undefined, after: FileState | undefined): number {
  if (!before || !after) return 0
  const lengths = [before.bytes.length, after.bytes.length]
  if (Math.min(...lengths) === 0 || Math.max(...lengths) > MOST_BYTES) return 0
  if (Math.min(...lengths) * 2 < Math.max(...lengths)) return 0
  const [old, next] = [before, after].map(({bytes}) => Buffer.from(bytes).toString('latin1'))
  return unifiedDiff({path: '', before: old, after: next, budgetMs: 20}).similarity
}
