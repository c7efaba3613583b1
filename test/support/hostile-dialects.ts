import {
  anthropicReply,
  openaiChatReply,
  openaiResponsesReply,
  sseEvent,
  type Reply,
  type ScriptedAnswer,
} from 'vibe-plugin-testkit'

/** One protocol through one plugin: how a service that speaks it answers, well and badly. */
export type Dialect = {
  name: string
  plugin: string
  /** More arguments of `provider:add`. */
  settings: readonly string[]
  /** What follows the server's address in the endpoint. */
  base: string
  reply: (answer: ScriptedAnswer) => Reply
  /** An error event inside a stream that began with 200. */
  errorEvent: (message: string) => string
  errorBody: (error: {status: number; message: string}) => object
  /** A whole stream with an empty list where the answer belongs, where the protocol has such a list. */
  nothing?: Reply
  /** The protocol's word for an answer that a filter stopped, and for one that met the output limit. */
  filtered: string
  cut: string
}

const chat = {
  base: '/v1',
  reply: openaiChatReply,
  errorEvent: (message: string) => sseEvent({error: {message, type: 'server_error', code: null}}),
  errorBody: ({status, message}: {status: number; message: string}) => ({error: {message, ...openaiKind(status)}}),
  filtered: 'content_filter',
  cut: 'length',
}

const noChoices: Reply = {
  status: 200,
  headers: {'content-type': 'text/event-stream'},
  steps: [
    {write: sseEvent({id: 'c', object: 'chat.completion.chunk', model: 'm', choices: []})},
    {write: 'data: [DONE]\n\n'},
  ],
}

const responses = {
  ...chat,
  reply: openaiResponsesReply,
  errorEvent: (message: string) =>
    sseEvent({type: 'error', code: 'server_error', message, param: null, sequence_number: 9}, 'error'),
  cut: 'max_output_tokens',
}

const messages = {
  base: '',
  reply: anthropicReply,
  errorEvent: (message: string) => sseEvent({type: 'error', error: {type: 'api_error', message}}, 'error'),
  errorBody: ({status, message}: {status: number; message: string}) => ({
    type: 'error',
    error: {type: anthropicKind(status), message},
  }),
  filtered: 'refusal',
  cut: 'max_tokens',
}

export const dialects: readonly Dialect[] = [
  {name: 'compatible', plugin: 'openai-compatible', settings: [], ...chat, nothing: noChoices},
  {name: 'chat', plugin: 'openai', settings: ['--set', 'api=chat'], ...chat, nothing: noChoices},
  {name: 'responses', plugin: 'openai', settings: ['--set', 'api=responses'], ...responses},
  {name: 'messages', plugin: 'anthropic', settings: [], ...messages},
]

function openaiKind(status: number): object {
  if (status === 401) return {type: 'invalid_request_error', code: 'invalid_api_key'}
  if (status === 404) return {type: 'invalid_request_error', code: 'model_not_found'}
  if (status === 429) return {type: 'requests', code: 'rate_limit_exceeded'}
  return {type: status >= 500 ? 'server_error' : 'invalid_request_error', code: null}
}

function anthropicKind(status: number): string {
  const kinds: Record<number, string> = {
    400: 'invalid_request_error',
    401: 'authentication_error',
    403: 'permission_error',
    404: 'not_found_error',
    413: 'request_too_large',
    429: 'rate_limit_error',
    529: 'overloaded_error',
  }
  return kinds[status] ?? 'api_error'
}
