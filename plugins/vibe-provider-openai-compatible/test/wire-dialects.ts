import {sseEvent, type Reply} from 'vibe-plugin-testkit'

/** A service as it is on the wire: what differs from the protocol, for the scripted server and for what it must be sent. */
export type Peculiar = {
  id: string
  /** The header that carries the key, with its scheme. */
  key?: {name: string; value: string}
  /** Where the request is expected, after the endpoint of the instance. */
  path?: string
  settings?: Record<string, string>
  /** Members of the answer's chunks besides the usual ones. */
  delta?: (kind: 'reasoning' | 'call') => object
  callId?: string
  /** Frames before and after the others. */
  before?: string[]
  after?: string[]
  /** What the second request, with the tool's result in it, must and must not hold. */
  sent?: (second: Sent) => void
}
export type Sent = {
  body: {messages: Array<Record<string, unknown>>; [more: string]: unknown}
  headers: Record<string, string>
  path: string
}

const HEAD = {id: 'x', object: 'chat.completion.chunk', created: 1, model: 'served'}
const chunk = (choice: object, more: object = {}) =>
  sseEvent({...HEAD, choices: [{index: 0, finish_reason: null, ...choice}], ...more})
const USAGE = {prompt_tokens: 12, completion_tokens: 3, total_tokens: 15}

/** The service's answer to the first request: thoughts if it shows any, then one call of `look`. */
export function callingReply(service: Peculiar): Reply {
  const {delta, callId = 'call_abcdefgh', before = [], after} = service
  const thoughts = delta?.('reasoning')
  return sse([
    ...before,
    chunk({delta: {role: 'assistant', content: ''}}),
    ...(thoughts && Object.keys(thoughts).length > 0 ? [chunk({delta: thoughts})] : []),
    chunk({
      delta: {
        tool_calls: [
          {index: 0, id: callId, type: 'function', function: {name: 'look', arguments: '{"at"'}, ...delta?.('call')},
        ],
      },
    }),
    chunk({delta: {tool_calls: [{index: 0, function: {arguments: ':"sky"}'}}]}}),
    chunk({delta: {}, finish_reason: 'tool_calls'}),
    ...(after ?? [sseEvent({...HEAD, choices: [], usage: USAGE})]),
  ])
}

export function finalReply({before = [], after}: Peculiar): Reply {
  return sse([
    ...before,
    chunk({delta: {role: 'assistant', content: 'It is '}}),
    chunk({delta: {content: 'blue.'}}),
    chunk({delta: {}, finish_reason: 'stop'}),
    ...(after ?? [sseEvent({...HEAD, choices: [], usage: USAGE})]),
  ])
}

function sse(frames: string[]): Reply {
  return {
    headers: {'content-type': 'text/event-stream'},
    steps: [...frames, 'data: [DONE]\n\n'].map((write) => ({write})),
  }
}

/** The last chunk of services that count with the end of the answer instead of after it. */
export const countsAtTheEnd = [sseEvent({...HEAD, choices: [{index: 0, delta: {}, finish_reason: null}], usage: USAGE})]
/** Groq counts under a name of its own. */
export const countsAsGroq = [sseEvent({...HEAD, choices: [], x_groq: {id: 'r', usage: USAGE}})]
/** Azure judges the prompt before anything else. */
export const judgedFirst = [sseEvent({...HEAD, choices: [], prompt_filter_results: [{prompt_index: 0}]})]
