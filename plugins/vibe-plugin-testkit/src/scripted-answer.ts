import type {JsonObject} from 'vibe-plugin-api'

/** What a scripted model says in one answer; each protocol speaker turns it into that protocol's bytes. */
export type ScriptedAnswer = {
  reasoning?: string
  text?: string
  /** `inputText` is sent instead of the input's JSON, for arguments that are cut or none, where the protocol sends text. */
  toolCalls?: Array<{id: string; name: string; input: JsonObject; inputText?: string}>
  usage?: {input: number; output: number; cacheRead?: number}
  /** The protocol's own word for why it stopped; by default what fits the rest. */
  stop?: string
  model?: string
}
