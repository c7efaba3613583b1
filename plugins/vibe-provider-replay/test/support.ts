import {expect} from 'chai'
import {
  isProviderError,
  type ChatEvent,
  type ChatRequest,
  type JsonObject,
  type Message,
  type Provider,
  type ProviderError,
} from 'vibe-plugin-api'
import {grammarViolations} from 'vibe-plugin-testkit'
import {createProvider} from '../src/index.ts'

export async function provider(settings: JsonObject): Promise<Provider> {
  return await createProvider({
    apiVersion: 1,
    instanceId: 'recorded',
    providerId: 'replay',
    quirks: [],
    settings,
    endpoint: 'http://127.0.0.1:9',
    credential: async () => ({kind: 'none'}),
    fetch: () => Promise.reject(new Error('replay must not use the network')),
    userAgent: 'test',
    debug: () => undefined,
  })
}

export const user = (text: string): Message => ({role: 'user', content: [{type: 'text', text}]})
export const said = (text = 'x'): Message => ({role: 'assistant', content: [{type: 'text', text}]})
export const result = (callId: string, text: string, isError?: true): Message => ({
  role: 'tool',
  content: [
    {type: 'tool-result', callId, name: 'shell', content: [{type: 'text', text}], ...(isError ? {isError} : {})},
  ],
})
export const ask = (...messages: Message[]): ChatRequest => ({model: 'replay', messages})

export async function play(
  target: Provider,
  request: ChatRequest,
  signal: AbortSignal = new AbortController().signal,
): Promise<ChatEvent[]> {
  const events: ChatEvent[] = []
  for await (const event of target.chat(request, {signal})) events.push(event)
  expect(grammarViolations(events)).to.deep.equal([])
  return events
}

export async function failure(run: Promise<unknown>): Promise<ProviderError> {
  try {
    await run
  } catch (error) {
    if (isProviderError(error)) return error
    throw error
  }
  throw new Error('expected a ProviderError')
}

export const textOf = (events: ChatEvent[]) =>
  events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('')
