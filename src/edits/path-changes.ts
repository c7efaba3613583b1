import type {PathChange} from './journal/state.ts'
import type {Plan} from './plan.ts'

/** A plan as the journal makes it: a move is one path that goes and one that comes. */
export function pathChanges({files}: Plan): PathChange[] {
  return files.flatMap(({path, from, before, after}): PathChange[] => {
    const old = before && {bytes: before.bytes, mode: before.mode}
    const next = after && {bytes: after.bytes, mode: after.mode}
    if (!from) return [{path, before: old, after: next}]
    return [
      {path: from.path, before: old, after: undefined},
      {path, before: undefined, after: next},
    ]
  })
}
