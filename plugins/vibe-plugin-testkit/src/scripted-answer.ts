import type {JsonObject} from 'vibe-plugin-api'

/** What a scripted model says in one answer; each protocol speaker turns it into that protocol's bytes. */
export type ScriptedAnswer = {
  reasoning?: string
  text?: string
  toolCalls?: Array<{id: string; name: string; input: JsonObject}>
  usage?: {input: number; output: number; cacheRead?: number}
  /** The protocol's own word for why it stopped; by default what fits the rest. */
  stop?: string
  model?: string
}
