import {ollamaReply} from '../protocols/ollama.ts'
import {jsonReply} from '../protocols/sse.ts'
import type {RecordedRequest, Reply, Step} from '../scripted-server.ts'
import type {Dialect} from './dialect.ts'
import {firstOf, messagesOf, unknownMember} from './odd-request.ts'

/** Ollama's own API. */
export const ollama: Dialect = {
  name: 'ollama',
  base: '',
  chatPath: '/api/chat',
  keyHeaders: ['authorization'],
  reply: ollamaReply,
  errorBody: ({status, message}) => ({error: status === 404 ? `model "m" not found: ${message}` : message}),
  errorEvent: (message) => `${JSON.stringify({error: message})}\n`,
  keepAlive: '\n',
  done: 'stop',
  cut: 'length',
  aside,
  odd,
  pull,
  lacks: ['tool-ids', 'tool-text', 'cache-usage'],
}

const MESSAGE = ['role', 'content', 'images', 'thinking', 'tool_calls', 'tool_name', 'tool_call_id']
const BODY = ['model', 'messages', 'tools', 'format', 'options', 'stream', 'keep_alive', 'think', 'truncate', 'shift']
const OPTIONS = ['num_ctx', 'num_predict', 'temperature', 'stop', 'seed', 'top_k', 'top_p', 'min_p', 'num_gpu']

function odd({json}: RecordedRequest): string | undefined {
  return firstOf(
    unknownMember(json, BODY, 'the request'),
    unknownMember((json as {options?: unknown} | undefined)?.options, OPTIONS, 'options'),
    ...messagesOf(json).map((message) => unknownMember(message, MESSAGE, 'a message')),
  )
}

function aside({path, json}: RecordedRequest, models: readonly string[]): Reply | undefined {
  switch (path) {
    case '/api/version':
      return jsonReply({version: '0.30.0'})
    case '/api/tags':
      return jsonReply({models: models.map((name) => ({name, model: name, size: 5_200_000_000, details: {}}))})
    case '/api/show':
      return jsonReply({
        details: {family: 'scripted'},
        model_info: {'general.architecture': 'scripted', 'scripted.context_length': 131_072},
        capabilities: ['completion', 'tools', 'thinking', 'vision'],
      })
    case '/api/embed': {
      const texts = [(json as {input: string | string[]}).input].flat()
      return jsonReply({embeddings: texts.map((text, index) => [text.length, index, 0.5]), prompt_eval_count: 7})
    }
    default:
      return undefined
  }
}

function pull(end: 'done' | 'cut' | 'failed'): Reply {
  const part = {status: 'pulling 0123456789ab', digest: 'sha256:0123456789ab', total: 1000}
  const last = {done: [{status: 'success'}], cut: [], failed: [{error: 'no space left on device'}]}[end]
  const lines = [{status: 'pulling manifest'}, {...part, completed: 10}, {...part, completed: 1000}, ...last]
  return {
    headers: {'content-type': 'application/x-ndjson'},
    steps: lines.map((line): Step => ({write: `${JSON.stringify(line)}\n`})),
  }
}
