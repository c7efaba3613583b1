import {openaiChatReply} from '../protocols/openai-chat.ts'
import {openaiResponsesReply} from '../protocols/openai-responses.ts'
import {jsonReply, sseEvent} from '../protocols/sse.ts'
import type {RecordedRequest, Reply} from '../scripted-server.ts'
import type {Dialect} from './dialect.ts'

/** Chat completions, as OpenAI and the many services that copy it speak them. */
export const openaiChat: Dialect = {
  name: 'openai-chat',
  base: '/v1',
  chatPath: '/chat/completions',
  keyHeaders: ['authorization'],
  reply: openaiChatReply,
  errorBody: ({status, message}) => ({error: {message, ...kindOf(status)}}),
  errorEvent: (message) => sseEvent({error: {message, type: 'server_error', code: null}}),
  keepAlive: ': keep-alive\n\n',
  done: 'stop',
  cut: 'length',
  filtered: 'content_filter',
  aside,
}

/** OpenAI's Responses API. */
export const openaiResponses: Dialect = {
  ...openaiChat,
  name: 'openai-responses',
  chatPath: '/responses',
  reply: openaiResponsesReply,
  errorEvent: (message) =>
    sseEvent({type: 'error', code: 'server_error', message, param: null, sequence_number: 9}, 'error'),
  done: 'completed',
  cut: 'max_output_tokens',
  reasoningProof: 'sealed-scripted',
}

function aside({path, json}: RecordedRequest, models: readonly string[]): Reply | undefined {
  const created = 1_700_000_000
  if (/\/models($|\?)/.test(path)) {
    const data = models.map((id) => ({id, object: 'model', created, owned_by: 'conformance'}))
    return jsonReply({object: 'list', data, has_more: false})
  }
  if (!path.endsWith('/embeddings')) return undefined
  const texts = [(json as {input: string | string[]}).input].flat()
  // In reverse: the index says which text a vector is of.
  const data = texts
    .map((text, index) => ({object: 'embedding', index, embedding: [text.length, index, 0.5]}))
    .reverse()
  return jsonReply({object: 'list', model: 'scripted', data, usage: {prompt_tokens: 7, total_tokens: 7}})
}

function kindOf(status: number): object {
  if (status === 401) return {type: 'invalid_request_error', code: 'invalid_api_key'}
  if (status === 404) return {type: 'invalid_request_error', code: 'model_not_found'}
  if (status === 429) return {type: 'requests', code: 'rate_limit_exceeded'}
  return {type: status >= 500 ? 'server_error' : 'invalid_request_error', code: null}
}
