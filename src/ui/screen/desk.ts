import type {Draft} from './draft.ts'
import type {KillRing} from './kill-ring.ts'
import type {Undo} from './undo.ts'

/** What the keys of the editor work on. */
export type Desk = {
  draft: Draft
  undo: Undo
  ring: KillRing
  /** Where the last yank put its text. */
  yanked: {from: number; to: number} | undefined
}
