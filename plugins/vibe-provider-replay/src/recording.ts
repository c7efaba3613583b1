import type {AssistantPart, JsonObject, StopReason, Usage} from 'vibe-plugin-api'

/** What a request must look like for an answer to fit; a member that is absent is not compared. */
export type Expectation = {
  /** Part of the last user message, or with `exact` the whole of it. */
  userText?: {text: string; exact: boolean}
  toolResults: ExpectedResult[]
  /** Tools that must be on offer; others may be too. */
  tools: string[]
}

export type ExpectedResult = {callId: string; exact?: string; includes: string[]; isError?: boolean}

export type RecordedAnswer = {
  expect: Expectation
  content: AssistantPart[]
  stopReason: StopReason
  rawStopReason?: string
  usage: Usage
  model?: string
}

/** Answers in the order in which they are played. */
export type Recording = {name: string; answers: RecordedAnswer[]}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
