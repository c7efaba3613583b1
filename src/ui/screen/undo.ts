import type {Draft} from './draft.ts'

/** Older states than these are forgotten. */
const MOST = 500

export type Undo = {
  /** Keeps the state before a change. Changes of one `kind` that follow each other are one step. */
  keep: (before: Draft, kind: string) => void
  /** A move of the cursor ends a step. */
  pause: () => void
  undo: (now: Draft) => Draft | undefined
  redo: (now: Draft) => Draft | undefined
  clear: () => void
}

export function createUndo(): Undo {
  let past: Draft[] = []
  let future: Draft[] = []
  let last = ''
  return {
    keep(before, kind) {
      future = []
      if (kind === last && kind !== '' && past.length > 0) return
      last = kind
      past.push(before)
      if (past.length > MOST) past.shift()
    },
    pause: () => void (last = ''),
    undo(now) {
      const before = past.pop()
      if (before) future.push(now)
      last = ''
      return before
    },
    redo(now) {
      const after = future.pop()
      if (after) past.push(now)
      last = ''
      return after
    },
    clear() {
      past = []
      future = []
      last = ''
    },
  }
}
