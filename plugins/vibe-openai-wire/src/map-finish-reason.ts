import type {StopReason} from 'vibe-plugin-api'

const REASONS: Readonly<Record<string, StopReason>> = {
  stop: 'end-turn',
  eos: 'end-turn',
  end_turn: 'end-turn',
  stop_sequence: 'stop-sequence',
  length: 'max-output',
  max_tokens: 'max-output',
  model_length: 'max-output',
  tool_calls: 'tool-calls',
  tool_use: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  safety: 'content-filter',
  refusal: 'refusal',
}

/**
 * @param raw the service's word; undefined when it closed the stream properly without one
 * @param said what the answer holds: many servers say `stop` although they call tools, or the other way round
 */
export function mapFinishReason(raw: string | undefined, said: {toolCalls: boolean; refusal: boolean}): StopReason {
  const reason = raw === undefined ? 'end-turn' : (REASONS[raw.toLowerCase()] ?? 'other')
  if (said.refusal && reason === 'end-turn') return 'refusal'
  if (said.toolCalls && reason === 'end-turn') return 'tool-calls'
  if (!said.toolCalls && reason === 'tool-calls') return 'end-turn'
  return reason
}
