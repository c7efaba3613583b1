/** A change that was not made, nothing written; the message tells the model what to do instead. */
export class EditRefusal extends Error {
  /** Stable, for programs: no_match, ambiguous, indent, overlap, stale, already_applied, lazy, truncated, noop, … */
  readonly code: string
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'EditRefusal'
    this.code = code
  }
}

/** One edit of a batch that was refused. */
export type Refused = {
  /** 1-based number in the batch; 0 when the batch as a whole is meant. */
  edit: number
  /** As people know it, or as the model wrote it. */
  path: string
  code: string
  message: string
}
