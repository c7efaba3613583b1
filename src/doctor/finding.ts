import type {Place} from './place.ts'

/** error: something that stops work; warning: it works, but not as it should; skipped: it could not or should not be looked at. */
export type FindingState = 'ok' | 'warning' | 'error' | 'skipped'

/** What one look showed, as `vibe doctor --json` prints it. */
export type Finding = {
  /** kebab-case and stable, with a name after a colon where there are several: "node", "provider:work". */
  id: string
  title: string
  state: FindingState
  /** What was found, in one sentence, without secrets. */
  detail: string
  /** The command or step that mends it. */
  mend?: string
}

export type Check = {
  id: string
  title: string
  /** May throw: that becomes a warning about this check alone. */
  run: (place: Place, signal: AbortSignal) => Finding[] | Promise<Finding[]>
}
