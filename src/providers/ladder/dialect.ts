import type {ToolCallPart, ToolDefinition} from 'vibe-plugin-api'
import type {Recogniser} from './text-call.ts'

/** How calls are written on one rung: told to the model, written into the history, and found in what it writes. */
export type Dialect = {
  /** For the system prompt; the same bytes for the same tools. */
  manual: (tools: readonly ToolDefinition[]) => string
  /** A call of the history, as the model should have written it. */
  renderCall: (call: ToolCallPart) => string
  recogniser: (tools: readonly ToolDefinition[]) => Recogniser
}
