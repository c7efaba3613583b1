import {isDeepStrictEqual} from 'node:util'
import {isProviderError, type ChatEvent, type ToolCallEnd, type Usage} from 'vibe-plugin-api'
import {only, textOf} from '../../collect.ts'
import {grammarViolations} from '../../grammar.ts'
import {describe} from '../check.ts'
import type {Lack} from '../../dialects/dialect.ts'
import type {Told} from '../replay/listen.ts'

/** A rule that every stream keeps, whatever the scenario. */
export type GrammarRule = {
  id: string
  title: string
  mend: string
  /** @returns the first violation in one phrase */
  broken: (told: Told, lacks: readonly Lack[]) => string | undefined
}

const CODES = new Set([
  'auth-missing',
  'auth-invalid',
  'auth-expired',
  'permission-denied',
  'model-not-found',
  'invalid-request',
  'unsupported',
  'context-overflow',
  'content-blocked',
  'rate-limited',
  'quota-exhausted',
  'overloaded',
  'server-error',
  'network',
  'tls',
  'timeout',
  'stream-interrupted',
  'bad-response',
  'aborted',
  'unknown',
])

export const grammarRules: readonly GrammarRule[] = [
  {
    id: 'blocks',
    title: 'events come in blocks: one start, blocks with an index each, one end',
    mend: 'Yield response-start first, give every block a new index, end it before response-end, and yield nothing after that.',
    broken: ({events, end}) => {
      const allowed = end === 'done' ? [] : ['no response-end']
      const whole = events.length === 0 && end !== 'done'
      return whole
        ? undefined
        : grammarViolations(events).find((problem) => !allowed.includes(problem) && problem !== 'no response-end')
    },
  },
  {
    id: 'terminal',
    title: 'a stream ends in exactly one response-end, or in an error',
    mend: 'Yield response-end once, as the last event; throw a ProviderError instead when the answer failed.',
    broken: ({events, end}) => {
      const ends = only(events, 'response-end').length
      if (end === 'thrown') return ends === 0 ? undefined : 'an error after response-end'
      if (end === 'left' || ends === 1) return undefined
      return ends === 0 ? 'a stream without response-end that throws nothing' : `${ends} response-end events`
    },
  },
  {
    id: 'errors',
    title: 'what a stream throws is a ProviderError with a code of the contract',
    mend: 'Turn whatever the network, the SDK or the parser throws into a ProviderError.',
    broken: ({error, end}) => (end === 'thrown' ? errorProblem(error) : undefined),
  },
  {
    id: 'tool-calls',
    title: 'a tool call keeps its id and name, and its text is the sum of its deltas',
    mend: 'Repeat callId and name in tool-call-end, with the whole text in inputText and input only if that is a JSON object.',
    broken: ({events}) => toolProblem(events),
  },
  {
    id: 'usage',
    title: 'counts are whole numbers, and the cached ones are part of the input',
    mend: 'Leave out what is not a count, and count cached tokens in input too.',
    broken: ({events}) => {
      const counted = events.flatMap((event) =>
        event.type === 'usage-update' || event.type === 'response-end' ? [event.usage] : [],
      )
      return counted.map(usageProblem).find((problem) => problem !== undefined)
    },
  },
  {
    id: 'shape',
    title: 'events are plain data of the contract',
    mend: 'Yield only JSON values, texts as strings and indexes as whole numbers.',
    broken: ({events}) => events.map(shapeProblem).find((problem) => problem !== undefined),
  },
  {
    id: 'served',
    title: 'what is told is what was served, no more and no less',
    mend: 'Yield every text and every call once, in the order in which the service sent them.',
    broken: servedProblem,
  },
]

function errorProblem(error: unknown): string | undefined {
  if (!isProviderError(error)) return `${describe(error)}, which is no ProviderError`
  if (!CODES.has(error.code)) return `the code "${error.code}"`
  if (typeof error.message !== 'string' || error.message.trim() === '')
    return `an error ${error.code} without a message`
  if (typeof error.retryable !== 'boolean') return `an error ${error.code} without retryable`
  const {retryAfterMs} = error
  return retryAfterMs === undefined || (Number.isFinite(retryAfterMs) && retryAfterMs >= 0)
    ? undefined
    : `retryAfterMs ${retryAfterMs}`
}

function toolProblem(events: readonly ChatEvent[]): string | undefined {
  const ids = new Set<string>()
  for (const end of only(events, 'tool-call-end')) {
    const {index, callId, name, inputText} = end
    const start = only(events, 'tool-call-start').find((event) => event.index === index)
    if (start !== undefined && (start.callId !== callId || start.name !== name))
      return `the call ${start.callId} ${start.name} ends as ${callId} ${name}`
    if (callId === '' || ids.has(callId)) return `two calls with the id "${callId}"`
    ids.add(callId)
    const said = only(events, 'tool-call-delta')
      .filter((event) => event.index === index)
      .map((event) => event.inputText)
      .join('')
    if (said !== inputText) return `inputText ${JSON.stringify(inputText)} after deltas ${JSON.stringify(said)}`
    const problem = inputProblem(end)
    if (problem !== undefined) return problem
  }
  return undefined
}

function inputProblem({input, inputText}: ToolCallEnd): string | undefined {
  if (input === undefined || inputText.trim() === '') return undefined
  const parsed = parse(inputText)
  return isDeepStrictEqual(parsed, input) ? undefined : `input ${JSON.stringify(input)} of ${JSON.stringify(inputText)}`
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // Then there may be no input either.
  }
}

function usageProblem(usage: Usage): string | undefined {
  const {raw: _, ...counts} = usage
  const odd = Object.entries(counts).find(
    ([, count]) => count !== undefined && !(Number.isInteger(count) && count >= 0),
  )
  if (odd !== undefined) return `usage.${odd[0]} ${String(odd[1])}`
  const cached = (usage.inputCacheRead ?? 0) + (usage.inputCacheWrite ?? 0)
  return usage.input !== undefined && cached > usage.input ? `${cached} cached tokens of ${usage.input}` : undefined
}

function shapeProblem(event: ChatEvent): string | undefined {
  if (typeof event !== 'object' || event === null || typeof event.type !== 'string') return `the event ${String(event)}`
  if ('index' in event && !(Number.isInteger(event.index) && event.index >= 0))
    return `${event.type} with the index ${String(event.index)}`
  if ('text' in event && typeof event.text !== 'string') return `${event.type} without a text`
  const plain: unknown = JSON.parse(JSON.stringify(event))
  return isDeepStrictEqual(plain, withoutUndefined(event)) ? undefined : `${event.type} with members that are no JSON`
}

/** A member that is undefined is as good as none. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(members.map(([name, member]) => [name, withoutUndefined(member)]))
}

function servedProblem({served, end, events}: Told, lacks: readonly Lack[]): string | undefined {
  if (served === undefined || end !== 'done') return undefined
  const text = textOf(events)
  if (text !== (served.text ?? '')) return `the text ${JSON.stringify(text)} for ${JSON.stringify(served.text ?? '')}`
  const thoughts = textOf(events, 'reasoning')
  if (!lacks.includes('reasoning') && thoughts !== (served.reasoning ?? ''))
    return `the reasoning ${JSON.stringify(thoughts)}`
  const calls = only(events, 'tool-call-end').map(({name}) => name)
  const wanted = (served.toolCalls ?? []).map(({name}) => name)
  return isDeepStrictEqual(calls, wanted)
    ? undefined
    : `the calls ${calls.join(', ') || 'none'} for ${wanted.join(', ') || 'none'}`
}
