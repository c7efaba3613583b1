import type {ChatRequest, JsonObject, ReasoningEffort, Warning} from 'vibe-plugin-api'
import type {ModelTraits} from './traits.ts'

const BUDGETS: Record<Exclude<ReasoningEffort, 'none'>, number> = {
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 32_768,
  max: 65_536,
}
const LEAST_BUDGET = 1024

export type Thinking = {thinking?: JsonObject; effort?: string; warnings: Warning[]}

/** The request's reasoning effort in the words of the model: an effort, a budget, or a way to switch thinking off. */
export function thinkingFor(request: ChatRequest, traits: ModelTraits, maxTokens: number): Thinking {
  const effort = request.reasoning
  if (traits.thinking === 'budget') return withBudget(effort, maxTokens)
  if (effort === undefined) {
    // Left out, these models think as well but keep the text to themselves, also what they say between tool calls.
    return traits.thinking === 'adaptive' ? {thinking: adaptive(), warnings: []} : {warnings: []}
  }
  if (effort === 'none') return switchedOff(traits)
  const level = effort === 'minimal' ? 'low' : effort === 'xhigh' && !traits.xhigh ? 'high' : effort
  return {
    thinking: adaptive(),
    effort: level,
    warnings: level === effort ? [] : [adjusted(effort, `effort "${level}"`)],
  }
}

function adaptive(): JsonObject {
  return {type: 'adaptive', display: 'summarized'}
}

function switchedOff({thinking, off}: ModelTraits): Thinking {
  if (thinking === 'on-request') return {warnings: []}
  if (off === 'never')
    return {thinking: adaptive(), effort: 'low', warnings: [adjusted('none', 'effort "low": this model always thinks')]}
  return {thinking: {type: off}, warnings: []}
}

function withBudget(effort: ReasoningEffort | undefined, maxTokens: number): Thinking {
  if (effort === undefined || effort === 'none') return {warnings: []}
  const room = maxTokens - LEAST_BUDGET
  if (room < LEAST_BUDGET) {
    return {warnings: [adjusted(effort, `no reasoning: ${maxTokens} output tokens leave no room for it`)]}
  }
  const budget = Math.min(BUDGETS[effort], room)
  const warnings =
    budget < BUDGETS[effort] ? [adjusted(effort, `${budget} tokens of reasoning, to leave room for the answer`)] : []
  return {thinking: {type: 'enabled', budget_tokens: budget}, warnings}
}

function adjusted(effort: string, became: string): Warning {
  return {code: 'adjusted', feature: 'reasoning', message: `Reasoning effort "${effort}" became ${became}.`}
}
