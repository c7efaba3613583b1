import {addUsage} from './answer.ts'
import type {TurnResult} from './events.ts'

/** The result of a run that took several turns: the last word of the later one, the sums of both. */
export function combined(before: TurnResult, later: TurnResult): TurnResult {
  const {costUsd, ...rest} = later
  const known = before.costUsd !== undefined && costUsd !== undefined
  // What nobody could allow in the earlier turn is still undone when the later one goes well.
  const {status, exit} = before.status === 'denied' && later.status === 'ok' ? before : later
  return {
    ...rest,
    status,
    exit,
    turns: before.turns + later.turns,
    ms: before.ms + later.ms,
    usage: addUsage(before.usage, later.usage),
    edits: [...before.edits, ...later.edits],
    ...(known ? {costUsd: (before.costUsd ?? 0) + costUsd} : {}),
  }
}
