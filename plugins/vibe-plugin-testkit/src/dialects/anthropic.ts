import {anthropicReply} from '../protocols/anthropic-messages.ts'
import {jsonReply, sseEvent} from '../protocols/sse.ts'
import type {RecordedRequest, Reply} from '../scripted-server.ts'
import type {Dialect} from './dialect.ts'
import {firstOf, messagesOf, unknownMember, unknownType} from './odd-request.ts'

/** Anthropic's Messages API. */
export const anthropicMessages: Dialect = {
  name: 'anthropic-messages',
  base: '',
  chatPath: '/v1/messages',
  keyHeaders: ['x-api-key', 'authorization'],
  reply: anthropicReply,
  errorBody: ({status, message}) => ({type: 'error', error: {type: kindOf(status), message}}),
  errorEvent: (message) => sseEvent({type: 'error', error: {type: 'api_error', message}}, 'error'),
  keepAlive: sseEvent({type: 'ping'}, 'ping'),
  done: 'end_turn',
  cut: 'max_tokens',
  filtered: 'refusal',
  reasoningProof: 'c2NyaXB0ZWQ=',
  aside,
  odd,
}

function aside({path}: RecordedRequest, models: readonly string[]): Reply | undefined {
  if (/\/v1\/messages\/count_tokens($|\?)/.test(path)) return jsonReply({input_tokens: 7})
  if (!/\/v1\/models($|\?)/.test(path)) return undefined
  const data = models.map((id) => ({type: 'model', id, display_name: id, created_at: '2026-01-01T00:00:00Z'}))
  return jsonReply({data, has_more: false, first_id: models[0] ?? null, last_id: models.at(-1) ?? null})
}

const BLOCKS = ['text', 'image', 'document', 'thinking', 'redacted_thinking', 'tool_use', 'tool_result']
const RESULT = ['type', 'tool_use_id', 'content', 'is_error', 'cache_control']

function odd({json, headers}: RecordedRequest): string | undefined {
  const contents = messagesOf(json).map((message) => (message as {content?: unknown}).content)
  const blocks = contents.flatMap((content) => (Array.isArray(content) ? (content as unknown[]) : []))
  const results = blocks.filter((block) => (block as {type?: unknown}).type === 'tool_result')
  return firstOf(
    headers['anthropic-version'] === undefined ? 'no header anthropic-version' : undefined,
    unknownType(blocks, BLOCKS, 'content'),
    ...results.map((result) => unknownMember(result, RESULT, 'tool_result')),
  )
}

function kindOf(status: number): string {
  const kinds: Record<number, string> = {
    400: 'invalid_request_error',
    401: 'authentication_error',
    402: 'billing_error',
    403: 'permission_error',
    404: 'not_found_error',
    408: 'timeout_error',
    413: 'request_too_large',
    429: 'rate_limit_error',
    504: 'timeout_error',
    529: 'overloaded_error',
  }
  return kinds[status] ?? 'api_error'
}
