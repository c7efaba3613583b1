import type {ScriptedAnswer} from '../scripted-answer.ts'
import type {Reply} from '../scripted-server.ts'
import {pieces, sseEvent, sseReply} from './sse.ts'

type Item = Record<string, unknown> & {id: string; type: string}
type Event = Record<string, unknown> & {type: string}

/**
 * The answer as a Responses API stream: created, each output item added, in deltas and done, then completed with usage.
 * `stop` is the response's status (`completed` by default) or the reason of an incomplete one (`max_output_tokens`).
 */
export function openaiResponsesReply(answer: ScriptedAnswer): Reply {
  const head = {id: 'resp_scripted', object: 'response', created_at: 1_700_000_000, model: answer.model ?? 'scripted'}
  const items = outputItems(answer)
  const events: Event[] = [
    {type: 'response.created', response: {...head, status: 'in_progress', output: [], usage: null}},
    {type: 'response.in_progress', response: {...head, status: 'in_progress', output: [], usage: null}},
  ]
  for (const [index, item] of items.entries()) events.push(...itemEvents(item, index))
  events.push(lastEvent(answer, {...head, output: items}))
  return sseReply(events.map((event, number) => sseEvent({...event, sequence_number: number}, event.type)))
}

function outputItems(answer: ScriptedAnswer): Item[] {
  const items: Item[] = []
  if (answer.reasoning) {
    const summary = [{type: 'summary_text', text: answer.reasoning}]
    items.push({id: 'rs_scripted', type: 'reasoning', summary, encrypted_content: 'sealed-scripted'})
  }
  if (answer.text !== undefined) {
    const content = [{type: 'output_text', text: answer.text, annotations: []}]
    items.push({id: 'msg_scripted', type: 'message', role: 'assistant', status: 'completed', content})
  }
  for (const call of answer.toolCalls ?? []) {
    const text = call.inputText ?? JSON.stringify(call.input)
    const rest = {call_id: call.id, name: call.name, arguments: text, status: 'completed'}
    items.push({id: `fc_${call.id}`, type: 'function_call', ...rest})
  }
  return items
}

function itemEvents(item: Item, index: number): Event[] {
  const at = {output_index: index, item_id: item.id}
  const added = (blank: object): Event => ({
    type: 'response.output_item.added',
    output_index: index,
    item: {...item, ...blank},
  })
  const done: Event = {type: 'response.output_item.done', output_index: index, item}
  if (item.type === 'reasoning') return [added({summary: [], encrypted_content: ''}), ...summaryEvents(item, at), done]
  if (item.type === 'message') return [added({content: [], status: 'in_progress'}), ...textEvents(item, at), done]
  const text = String(item.arguments)
  const deltas = pieces(text).map((delta): Event => ({type: 'response.function_call_arguments.delta', ...at, delta}))
  const whole: Event = {type: 'response.function_call_arguments.done', ...at, name: item.name, arguments: text}
  return [added({arguments: '', status: 'in_progress'}), ...deltas, whole, done]
}

function summaryEvents(item: Item, at: object): Event[] {
  const [part] = item.summary as [{type: string; text: string}]
  const where = {...at, summary_index: 0}
  return [
    {type: 'response.reasoning_summary_part.added', ...where, part: {type: 'summary_text', text: ''}},
    ...pieces(part.text).map((delta): Event => ({type: 'response.reasoning_summary_text.delta', ...where, delta})),
    {type: 'response.reasoning_summary_text.done', ...where, text: part.text},
    {type: 'response.reasoning_summary_part.done', ...where, part},
  ]
}

function textEvents(item: Item, at: object): Event[] {
  const [part] = item.content as [{type: string; text: string}]
  const where = {...at, content_index: 0}
  return [
    {type: 'response.content_part.added', ...where, part: {...part, text: ''}},
    ...pieces(part.text).map((delta): Event => ({type: 'response.output_text.delta', ...where, delta, logprobs: []})),
    {type: 'response.output_text.done', ...where, text: part.text, logprobs: []},
    {type: 'response.content_part.done', ...where, part},
  ]
}

function lastEvent(answer: ScriptedAnswer, response: object): Event {
  const {usage, stop} = answer
  const counts = usage && {
    input_tokens: usage.input,
    input_tokens_details: {cached_tokens: usage.cacheRead ?? 0},
    output_tokens: usage.output,
    output_tokens_details: {reasoning_tokens: 0},
    total_tokens: usage.input + usage.output,
  }
  const ended = {...response, usage: counts ?? null}
  if (stop === undefined || stop === 'completed')
    return {type: 'response.completed', response: {...ended, status: 'completed'}}
  return {type: 'response.incomplete', response: {...ended, status: 'incomplete', incomplete_details: {reason: stop}}}
}
