import type {Edit} from '../edits/formats/types.ts'

const KEPT = 8

/** Calls that were refused in part: the edits that were fine wait for those that were not. */
export type PendingEdits = {
  /** @returns the name by which the rest can be sent */
  keep: (edits: readonly Edit[]) => string
  /** The waiting edits, which then wait no longer; undefined when nothing of that name waits. */
  take: (name: string) => Edit[] | undefined
}

/** Remembers the last few refused calls of a session. */
export function createPendingEdits(): PendingEdits {
  const waiting = new Map<string, Edit[]>()
  let count = 0
  return {
    keep: (edits) => {
      const name = `b${++count}`
      waiting.set(name, [...edits])
      const [oldest] = waiting.keys()
      if (waiting.size > KEPT && oldest !== undefined) waiting.delete(oldest)
      return name
    },
    take: (name) => {
      const edits = waiting.get(name)
      waiting.delete(name)
      return edits
    },
  }
}
