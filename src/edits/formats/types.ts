/** What every way of asking for a change becomes, before anyone has looked at a file. */
export type Edit = ReplaceEdit | HunkEdit | WriteEdit | DeleteEdit | MoveEdit

type Common = {
  /** The file as written, undecorated; undefined: the text names none. */
  path: string | undefined
  /** Other words of the same place that may be the name; whether one is, the disk decides. */
  otherNames?: string[]
  /** The name stands in running text: it counts only if it names a file, or if nothing else is known. */
  weakName?: true
  /** 1-based line of the text where the edit begins; absent for tool calls. */
  line?: number
}

export type OldNew = {old: string; new: string}

/** A text to find and what to put in its place. */
export type ReplaceEdit = Common & {
  kind: 'replace'
  /** How the block may be read; more than one where a divider stands in the text itself. The file decides. */
  readings: [OldNew, ...OldNew[]]
  /** Both texts are whole lines, each ended by LF. */
  wholeLines?: true
  all?: boolean
  /** 1-based line where the text is said to begin: it chooses between places, and never makes one. */
  lineHint?: number
}

export type HunkLine = {
  sign: ' ' | '-' | '+'
  text: string
  /** The line without a sign taken off, where it may have had none. */
  unsigned?: string
}

/** Lines to keep, drop and add, of a diff or a patch. */
export type HunkEdit = Common & {
  kind: 'hunk'
  lines: HunkLine[]
  /** Lines that stand somewhere above, outermost first. */
  anchors: string[]
  lineHint?: number
  /** The last line is the file's last. */
  atEnd?: true
  /** Where the hunk has only new lines and no anchor, they go to the end of the file. */
  appends?: true
  /** What the text says of the newline after the last line, where it says anything. */
  finalNewline?: {old: boolean; new: boolean}
}

/** The whole of a file. */
export type WriteEdit = Common & {kind: 'write'; text: string; mustBeNew?: true}

export type DeleteEdit = Common & {
  kind: 'delete'
  /** Only if the other edits of the file leave nothing: the text shows what it takes away. */
  ifEmpty?: true
}

/** Goes with the other edits of the same path, which are made on the way. */
export type MoveEdit = Common & {kind: 'move'; to: string}

/** Something in the text that is no edit and should have been: nothing of the text is applied then. */
export type FormatProblem = {
  code: 'truncated' | 'malformed' | 'no-path' | 'no-edit'
  message: string
  /** 1-based line of the text. */
  line: number
}

export type Recognised = {edits: Edit[]; problems: FormatProblem[]}

/** What a recogniser reports while text arrives. */
export type FormatEvent =
  /** Text that belongs to no edit, in whole lines (the last may lack its LF). */
  | {type: 'text'; text: string}
  /** An edit begins; `path` as in Edit. */
  | {type: 'begin'; path: string | undefined; line: number}
  | {type: 'edit'; edit: Edit}
  | {type: 'problem'; problem: FormatProblem}

/** Reads one reply piece by piece; how it is cut makes no difference to what is found. */
export type Recogniser = {
  push: (piece: string) => FormatEvent[]
  /** The reply is over: what is still open was cut off. */
  end: () => FormatEvent[]
}
