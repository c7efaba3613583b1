import type {ScriptedAnswer} from '../scripted-answer.ts'
import type {Reply} from '../scripted-server.ts'
import {jsonReply, pieces, sseEvent, sseReply} from './sse.ts'

const HEAD = {id: 'chatcmpl-scripted', created: 1_700_000_000}

/**
 * @returns the answer as a stream of `chat.completion.chunk` events, each text in several deltas, ending in `[DONE]`; the
 * deltas of several tool calls take turns
 */
export function openaiChatReply(answer: ScriptedAnswer): Reply {
  const head = {...HEAD, object: 'chat.completion.chunk', model: answer.model ?? 'scripted'}
  const chunk = (delta: object, finish: string | null = null) =>
    sseEvent({...head, choices: [{index: 0, delta, finish_reason: finish}]})
  const frames = [chunk({role: 'assistant', content: ''})]
  if (answer.reasoning) frames.push(...pieces(answer.reasoning).map((text) => chunk({reasoning_content: text})))
  if (answer.text) frames.push(...pieces(answer.text).map((text) => chunk({content: text})))
  for (const delta of toolDeltas(answer)) frames.push(chunk({tool_calls: [delta]}))
  frames.push(chunk({}, finishReason(answer)))
  if (answer.usage) frames.push(sseEvent({...head, choices: [], usage: usage(answer.usage)}))
  frames.push('data: [DONE]\n\n')
  return sseReply(frames)
}

/** @returns the answer as one `chat.completion` document, as services without streaming send it */
export function openaiChatJson(answer: ScriptedAnswer): Reply {
  const message: Record<string, unknown> = {role: 'assistant', content: answer.text ?? null}
  if (answer.reasoning) message.reasoning_content = answer.reasoning
  if (answer.toolCalls?.length) message.tool_calls = answer.toolCalls.map(wholeCall)
  return jsonReply({
    ...HEAD,
    object: 'chat.completion',
    model: answer.model ?? 'scripted',
    choices: [{index: 0, message, finish_reason: finishReason(answer)}],
    ...(answer.usage ? {usage: usage(answer.usage)} : {}),
  })
}

function toolDeltas(answer: ScriptedAnswer): object[] {
  const calls = (answer.toolCalls ?? []).map((call, index) => {
    const [first = '', ...rest] = pieces(call.inputText ?? JSON.stringify(call.input))
    // Some services begin a call with an empty text, others with some of it.
    const [begun, left] = index % 2 === 0 ? ['', [first, ...rest]] : [first, rest]
    const head = {index, id: call.id, type: 'function', function: {name: call.name, arguments: begun}}
    return [head, ...left.map((text): object => ({index, function: {arguments: text}}))]
  })
  const longest = Math.max(0, ...calls.map(({length}) => length))
  return Array.from({length: longest}, (_, place) => calls.flatMap((deltas) => deltas[place] ?? [])).flat()
}

function wholeCall(call: {id: string; name: string; input: object}) {
  return {id: call.id, type: 'function', function: {name: call.name, arguments: JSON.stringify(call.input)}}
}

function finishReason(answer: ScriptedAnswer): string {
  return answer.stop ?? (answer.toolCalls?.length ? 'tool_calls' : 'stop')
}

function usage(counts: {input: number; output: number; cacheRead?: number}) {
  return {
    prompt_tokens: counts.input,
    completion_tokens: counts.output,
    total_tokens: counts.input + counts.output,
    ...(counts.cacheRead === undefined ? {} : {prompt_tokens_details: {cached_tokens: counts.cacheRead}}),
  }
}
