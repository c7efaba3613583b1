import type {CallOptions, ChatEvent, ChatRequest, Provider, Warning} from 'vibe-plugin-api'
import {type RetryNotice, streamChat, type StreamLimits} from '../../../src/providers/stream.ts'
import type {OpenedProvider, ProviderManifest} from '../../../src/providers/types.ts'

export const REQUEST: ChatRequest = {model: 'm', messages: [{role: 'user', content: [{type: 'text', text: 'hello'}]}]}

export type Chat = (request: ChatRequest, options: CallOptions, attempt: number) => AsyncIterable<unknown>

/** A test plugin: a provider whose n-th call to `chat` (from 1) is what the test says. */
export function opened(chat: Chat, instance: Partial<OpenedProvider['instance']> = {}): OpenedProvider {
  let attempts = 0
  const provider: Provider = {
    id: 'test',
    chat: (request, options) => chat(request, options, ++attempts) as AsyncIterable<ChatEvent>,
    validateConnection: async () => ({ok: true, latencyMs: 0, warnings: []}),
  }
  const manifest = {id: 'test', name: 'Test'} as unknown as ProviderManifest
  const plugin = {name: 'vibe-provider-test', version: '1.0.0', type: 'user', root: '/', pjson: {}}
  return {
    provider,
    instance: {
      name: 'work',
      entry: {id: 'test', state: 'ok', problems: [], plugin, manifest},
      endpoint: 'https://api.example.test/v1',
      headers: {},
      settings: {},
      credential: async () => ({kind: 'none'}),
      local: false,
      origin: {layer: 'user'},
      ...instance,
    },
  }
}

export const START: ChatEvent = {type: 'response-start', warnings: []}
export const END: ChatEvent = {type: 'response-end', stopReason: 'end-turn', usage: {}}

export function textAnswer(text: string): ChatEvent[] {
  return [
    START,
    {type: 'text-start', index: 0},
    {type: 'text-delta', index: 0, text},
    {type: 'text-end', index: 0},
    END,
  ]
}

export async function* yielding(...events: readonly unknown[]): AsyncGenerator<unknown> {
  yield* events
}

export type Outcome = {events: Array<ChatEvent | RetryNotice>; error: unknown; ms: number; warnings: Warning[]}

type Options = {
  limits?: Partial<StreamLimits>
  random?: () => number
  signal?: AbortSignal
  onEvent?: (event: ChatEvent | RetryNotice) => void
}

export async function collect(provider: OpenedProvider, options: Options = {}): Promise<Outcome> {
  const {onEvent, signal = new AbortController().signal, random = () => 0, limits} = options
  const outcome: Outcome = {events: [], error: undefined, ms: 0, warnings: []}
  const started = performance.now()
  const call = {
    opened: provider,
    request: REQUEST,
    signal,
    random,
    onWarning: (warning: Warning) => void outcome.warnings.push(warning),
  }
  try {
    for await (const event of streamChat(limits ? {...call, limits} : call)) {
      outcome.events.push(event)
      onEvent?.(event)
    }
  } catch (error) {
    outcome.error = error
  }
  outcome.ms = performance.now() - started
  return outcome
}

export function textOf({events}: Outcome): string {
  return events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('')
}

export function retriesOf({events}: Outcome): RetryNotice[] {
  return events.filter((event) => event.type === 'retry')
}

/** Never settles, whatever happens: the worst a provider can do. */
export function forever(): Promise<never> {
  return new Promise(() => undefined)
}

/** Settles as providers should: rejects when the signal aborts. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), {once: true})
  })
}

/** Counts rejections that nobody handled while `work` runs and shortly after. */
export async function unhandledDuring(work: () => Promise<unknown>): Promise<unknown[]> {
  const seen: unknown[] = []
  const listener = (reason: unknown) => void seen.push(reason)
  process.on('unhandledRejection', listener)
  try {
    await work()
    await new Promise((resolve) => setTimeout(resolve, 150))
  } finally {
    process.off('unhandledRejection', listener)
  }
  return seen
}
