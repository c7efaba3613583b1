import type {JsonObject, Usage} from 'vibe-plugin-api'
import type {Facts, Rule} from '../permissions/access.ts'
import type {Tool, ToolContext} from '../tools/tool.ts'
import type {Conversation} from './conversation.ts'
import type {AgentEvent, Ask, AskRemote, Speaker, TurnResult} from './events.ts'
import type {Route} from './failover.ts'
import type {Budget, CostMeter} from './limits.ts'
import type {ReadyProvider} from './ready.ts'

export type TurnOptions = ReadyProvider & {
  conversation: Conversation
  system: string
  tools: readonly Tool[]
  context: ToolContext
  rules: readonly Rule[]
  facts: Facts
  /** Absent when no person can answer: what would be asked is then denied, and the result says so (exit 6). */
  ask?: Ask
  askRemote?: AskRemote
  budget: Budget
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
  answeredBy?: Speaker
}

export type Run = {progress: Progress; route: Route; emit: (event: AgentEvent) => void}
