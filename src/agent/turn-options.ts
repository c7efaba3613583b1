import type {JsonObject, Price, Usage} from 'vibe-plugin-api'
import type {Ladder} from '../providers/ladder/ladder.ts'
import type {OpenedProvider} from '../providers/types.ts'
import type {Facts, Rule} from '../permissions/access.ts'
import type {Tool, ToolContext} from '../tools/tool.ts'
import type {Conversation} from './conversation.ts'
import type {AgentEvent, Ask, TurnResult} from './events.ts'
import type {Budget, CostMeter} from './limits.ts'

export type TurnOptions = {
  opened: OpenedProvider
  model: string
  /** How the model asks for tools; absent: through the service's own tool calls. */
  ladder?: Ladder
  conversation: Conversation
  system: string
  tools: readonly Tool[]
  context: ToolContext
  rules: readonly Rule[]
  facts: Facts
  /** Absent when no person can answer: what would be asked is then denied, and the result says so (exit 6). */
  ask?: Ask
  budget: Budget
  /** Undefined: unknown. */
  price: Price | undefined
  responseSchema?: JsonObject
  signal: AbortSignal
  recorded?: true
}

/** What one turn has done so far. */
export type Progress = {
  turns: number
  usage: Usage
  text: string
  edits: TurnResult['edits']
  unanswered: boolean
  cost: CostMeter
  startedAt: number
}

export type Run = {progress: Progress; emit: (event: AgentEvent) => void}
