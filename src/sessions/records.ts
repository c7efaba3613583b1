import type {AssistantPart, JsonObject, StopReason, ToolResultPart, Usage, UserPart} from 'vibe-plugin-api'

/** One line of a session file. A reader skips types and members it does not know. */
export type SessionRecord =
  | {type: 'session'; v: 1; id: string; at: string; cwd: string; vibe: string}
  | {type: 'user'; at: string; content: UserPart[]}
  | {
      type: 'assistant'
      at: string
      provider: string
      model: string
      content: AssistantPart[]
      stopReason: StopReason | 'interrupted'
      usage: Usage
      costUsd?: number
      /** Another provider took over in the middle of it: kept for people, no part of the conversation. */
      discarded?: true
    }
  /** Written before a tool runs: without its result, the tool may or may not have run. */
  | {type: 'tool-start'; at: string; callId: string; name: string; input: JsonObject}
  | {type: 'tool-result'; at: string; part: ToolResultPart}
  | {type: 'turn-end'; at: string; status: string}
  /** What the user calls the session; the last one counts. */
  | {type: 'title'; at: string; title: string}
  /** Everything above was copied from another session, where it was paid for. */
  | {type: 'fork'; at: string; from: string; turns: number}
