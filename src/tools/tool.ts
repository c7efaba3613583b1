import type {JsonObject} from 'vibe-plugin-api'
import type {FileDiff} from '../edits/file-diff.ts'
import type {PathChange} from '../edits/journal/state.ts'
import type {AccessRequest} from '../permissions/access.ts'
import type {FileLedger} from './ledger.ts'

export type ToolEffect = 'read' | 'edit' | 'execute' | 'network'

/** What an approval shows: the whole of it, never an excerpt. */
export type Preview =
  | {kind: 'none'}
  | {kind: 'command'; command: string; cwd: string}
  | {kind: 'diff'; files: readonly FileDiff[]}

export type ToolContext = {
  /** Real path of the project's root. Relative paths of a call are resolved against it. */
  root: string
  ledger: FileLedger
  /**
   * Whose contents a search may show without asking (names are always shown), by resolved path (`readFilter` of permissions/decide.ts).
   * Absent: all but what is secret by its name.
   */
  mayRead?: (path: string) => boolean
  env: Readonly<Record<string, string | undefined>>
  /**
   * Makes all changes or none, and keeps them on record for undo.
   * @throws EditRefusal when a path is not what `before` says or cannot be written, VibeError when the record cannot be kept; nothing was changed then
   */
  apply: (changes: readonly PathChange[], how: {tool: string; signal: AbortSignal}) => Promise<void>
  /** Absent: what commands change is not on record. */
  watchCommand?: CommandWatch
  /** Runs what the user wants run over the files that `apply` has just changed. @returns what the model should know of it; empty when nothing */
  afterEdits?: (options: RunOptions) => Promise<string>
}

/**
 * Called before a command runs. What it returns is called once the command has ended, and says how many of the
 * project's files changed; `note` when some of that cannot be taken back.
 */
export type CommandWatch = (
  command: string,
  context: ToolContext,
  signal: AbortSignal,
) => Promise<() => Promise<{changed: number; note?: string}>>

export type RunOptions = {
  signal: AbortSignal
  onOutput: (stream: 'stdout' | 'stderr', text: string) => void
}

export type ToolOutcome = {
  /** For the model: data, never instructions. Already capped. */
  content: string
  /** For people: one short line. */
  summary: string
  isError?: true
  /** What was changed, file by file. */
  edits?: readonly FileDiff[]
  /** For people, apart from the result: something they should know about it. */
  note?: string
}

/**
 * A call that was checked but has done nothing yet. The loop asks `decide()` about every entry of `access` before it
 * calls `execute`, so no tool can forget to ask.
 */
export type PreparedCall = {
  access: AccessRequest[]
  preview: Preview
  /** For people: what it is about to do, one short line ("read src/a.ts"). */
  summary: string
  execute: (options: RunOptions) => Promise<ToolOutcome>
}

/** What a model may call. */
export type Tool = {
  name: string
  /** Sent with every request: one or two sentences. */
  description: string
  inputSchema: JsonObject
  effect: ToolEffect
  /** Not offered, but done when a model calls it. */
  isUnlisted?: true
  /**
   * Validates the input and works out what would be touched and changed, without a side effect.
   * @throws ToolRefusal when the call cannot be done as asked; its message is for the model
   */
  prepare: (input: JsonObject, context: ToolContext) => Promise<PreparedCall>
}

/** A call that cannot be done as asked; the message tells the model what to do instead. */
export class ToolRefusal extends Error {
  readonly code: string
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ToolRefusal'
    this.code = code
  }
}
