import type {ScriptedAnswer} from '../scripted-answer.ts'
import type {Reply} from '../scripted-server.ts'
import {pieces, sseEvent, sseReply} from './sse.ts'

type Block = {start: object; deltas: object[]}

/**
 * @returns the answer as a Messages API stream, from `message_start` to `message_stop`: thinking with a signature, text,
 * and the input of each tool call, every one in several deltas; without `usage`, no event has counts
 */
export function anthropicReply(answer: ScriptedAnswer): Reply {
  const frame = (type: string, rest: object = {}) => sseEvent({type, ...rest}, type)
  const frames = [frame('message_start', {message: message(answer)}), frame('ping')]
  for (const [index, block] of blocks(answer).entries()) {
    frames.push(frame('content_block_start', {index, content_block: block.start}))
    frames.push(...block.deltas.map((delta) => frame('content_block_delta', {index, delta})))
    frames.push(frame('content_block_stop', {index}))
  }
  const stop = answer.stop ?? (answer.toolCalls?.length ? 'tool_use' : 'end_turn')
  const counts = answer.usage ? {usage: {output_tokens: answer.usage.output}} : {}
  frames.push(
    frame('message_delta', {delta: {stop_reason: stop, stop_sequence: null}, ...counts}),
    frame('message_stop'),
  )
  return sseReply(frames)
}

function message({model, usage}: ScriptedAnswer): object {
  const head = {id: 'msg_scripted', type: 'message', role: 'assistant', model: model ?? 'scripted', content: []}
  if (!usage) return {...head, stop_reason: null, stop_sequence: null}
  const cached = usage.cacheRead ?? 0
  const counts = {
    input_tokens: usage.input - cached,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cached,
    output_tokens: 1,
  }
  return {...head, stop_reason: null, stop_sequence: null, usage: counts}
}

function blocks(answer: ScriptedAnswer): Block[] {
  const found: Block[] = []
  if (answer.reasoning !== undefined) {
    const thinking = pieces(answer.reasoning).map((text) => ({type: 'thinking_delta', thinking: text}))
    const deltas = [...thinking, {type: 'signature_delta', signature: 'c2NyaXB0ZWQ='}]
    found.push({start: {type: 'thinking', thinking: '', signature: ''}, deltas})
  }
  if (answer.text !== undefined) {
    const deltas = pieces(answer.text).map((text) => ({type: 'text_delta', text}))
    found.push({start: {type: 'text', text: ''}, deltas})
  }
  for (const {id, name, input, inputText} of answer.toolCalls ?? []) {
    const deltas = pieces(inputText ?? JSON.stringify(input)).map((json) => ({
      type: 'input_json_delta',
      partial_json: json,
    }))
    found.push({start: {type: 'tool_use', id, name, input: {}}, deltas})
  }
  return found
}
