import type {FileDiff} from '../edits/file-diff.ts'
import type {HunkFacts} from '../edits/marked-hunks.ts'
import type {JsonObject, Usage} from 'vibe-plugin-api'
import type {Rung} from '../providers/ladder/rungs.ts'
import type {Preview} from '../tools/tool.ts'
import type {AccessRequest} from '../permissions/access.ts'

export type ResultStatus = 'ok' | 'error' | 'denied' | 'limit' | 'interrupted'

/**
 * What happens in one turn, as serialisable facts; with `"v":1` in front they are the stream-json output.
 * The first is `start`, the last is always `result`, also after a failure.
 */
export type AgentEvent =
  | {
      type: 'start'
      session: string
      provider: string
      model: string
      mode: string
      cwd: string
      rung: Rung
      recorded?: true
    }
  | {type: 'text'; delta: string}
  | {type: 'reasoning'; delta: string}
  | {type: 'tool'; id: string; name: string; input: JsonObject; summary: string}
  | {type: 'tool_output'; id: string; stream: 'stdout' | 'stderr'; text: string}
  | {type: 'tool_result'; id: string; name: string; ok: boolean; summary: string; output: string; ms: number}
  | {
      type: 'approval'
      id: string
      access: AccessRequest[]
      reason: string
      decision: 'allowed' | 'denied'
      by: 'person' | 'rule'
    }
  | EditEvent
  | {type: 'denied'; id: string; tool: string; reason: string; hint: string}
  | {type: 'retry'; reason: string; attempt: number; of: number; seconds: number}
  | FailoverEvent
  | {type: 'usage'; usage: Usage; costUsd?: number}
  | {type: 'compaction'; before: number; after: number}
  | CommitEvent
  | {type: 'notice'; message: string}
  | ErrorEvent
  | TurnResult

/** One file was changed. */
export type EditEvent = FileDiff & {type: 'edit'; applied: boolean; hunks?: HunkFacts[]}

/** vibe has committed what a turn changed (`git.autoCommit`). */
export type CommitEvent = {
  type: 'commit'
  commit: string
  /** Absent where HEAD is detached. */
  branch?: string
  /** The root of its working files. */
  repository: string
  subject: string
  /** From the repository's root. */
  files: string[]
  /** What the turn changed and the commit does not hold. */
  leftOut: Array<{path: string; reason: string}>
}

export type Speaker = {provider: string; model: string}

/** Another provider or model goes on with the turn. */
export type FailoverEvent = {
  type: 'failover'
  from: Speaker
  to: Speaker
  /** How `to` asks for tools. */
  rung: Rung
  /** The code of the error that ended the attempts of `from`. */
  code: string
  reason: string
  /** What `from` had begun to say; it does not count, and `to` starts its answer anew. */
  discarded: string
}

export type ErrorEvent = {
  type: 'error'
  /** The VibeError's or ProviderError's own; `bug` for anything else that was thrown. */
  code: string
  message: string
  origin?: string
  hint?: string
  retryable: boolean
  /** Of a bug only. */
  stack?: string
}

export type TurnResult = {
  type: 'result'
  status: ResultStatus
  exit: number
  text: string
  session: string
  turns: number
  ms: number
  /** Sums over the requests of this run; a field is absent when any request did not say. */
  usage: Usage
  /** Absent when a price or a usage is unknown: never zero for "unknown". */
  costUsd?: number
  edits: Array<{path: string; added: number; removed: number}>
  /** What vibe has committed of it (`git.autoCommit`); absent when nothing. */
  commits?: Array<Pick<CommitEvent, 'commit' | 'repository' | 'subject'>>
  /** Who answered last, when that is not who the turn was meant for. */
  answeredBy?: Speaker
}

/** What a face is asked when the rules say "ask". */
export type ApprovalQuestion = {
  toolCallId: string
  tool: string
  access: AccessRequest[]
  preview: Preview
  reason: string
  /** Outside the project or protected: a face asks it apart, and its default is no. */
  risky: boolean
}

/** `feedback` is what the person typed instead of an answer: it goes to the model as the reason for the refusal. */
export type ApprovalAnswer = {allow: true} | {allow: false; feedback?: string}

/** Faces without a person pass none: then whatever would be asked is denied and said. */
export type Ask = (question: ApprovalQuestion, signal: AbortSignal) => Promise<ApprovalAnswer>

/** What a face is asked before the conversation of a local provider goes on with one that is not local. */
export type RemoteQuestion = {
  from: {provider: string; endpoint: string}
  to: {provider: string; model: string; endpoint: string}
  /** Why `from` cannot go on, in a sentence. */
  reason: string
  /** What would leave the machine. */
  messages: number
  tokens: number
  files: string[]
}

/** Absent when no person can answer: then nothing is sent, unless the configuration allows it. */
export type AskRemote = (question: RemoteQuestion, signal: AbortSignal) => Promise<boolean>
