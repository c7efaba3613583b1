import {createProvider} from '../src/index.ts'
import {
  isProviderError,
  type CallOptions,
  type ChatEvent,
  type ChatRequest,
  type JsonObject,
  type Provider,
  type ProviderContext,
  type ProviderError,
} from 'vibe-plugin-api'
import {startScriptedServer, type Answer, type Reply, type ScriptedServer} from 'vibe-plugin-testkit'

export const KEY = 'sk-ant-test-0123456789-abcd'
export const ask: ChatRequest = {
  model: 'claude-haiku-4-5',
  messages: [{role: 'user', content: [{type: 'text', text: 'Hi'}]}],
}

export async function providerAt(endpoint: string, more: Partial<ProviderContext> = {}): Promise<Provider> {
  return await createProvider({
    apiVersion: 1,
    instanceId: 'test',
    providerId: 'anthropic',
    quirks: [],
    settings: {},
    endpoint,
    credential: async () => ({kind: 'api-key', value: KEY}),
    fetch: globalThis.fetch,
    userAgent: 'vibe-test/1',
    debug: () => undefined,
    ...more,
  })
}

/** Runs `use` against a scripted server that is closed afterwards. */
export async function withServer<T>(answer: Answer | Reply, use: (server: ScriptedServer) => Promise<T>): Promise<T> {
  const server = await startScriptedServer(typeof answer === 'function' ? answer : () => answer)
  try {
    return await use(server)
  } finally {
    await server.close()
  }
}

export async function collect(
  provider: Provider,
  request: ChatRequest = ask,
  options: Partial<CallOptions> = {},
): Promise<ChatEvent[]> {
  const events: ChatEvent[] = []
  for await (const event of provider.chat(request, {signal: AbortSignal.timeout(5000), ...options})) events.push(event)
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

/** The body that the provider sends for a request. */
export async function bodySent(
  request: Partial<ChatRequest>,
  more: Partial<ProviderContext> = {},
): Promise<JsonObject> {
  const end = 'event: message_stop\ndata: {"type":"message_stop"}\n\n'
  const reply = {headers: {'content-type': 'text/event-stream'}, steps: [{write: end}]}
  return withServer(reply, async (server) => {
    await collect(await providerAt(server.url, more), {...ask, ...request})
    return server.requests[0]?.json as JsonObject
  })
}

export const events = (...frames: Array<JsonObject | string>): string =>
  frames
    .map((frame) =>
      typeof frame === 'string' ? frame : `event: ${String(frame['type'])}\ndata: ${JSON.stringify(frame)}\n\n`,
    )
    .join('')

export const streamOf = (...writes: string[]): Reply => ({
  headers: {'content-type': 'text/event-stream', 'request-id': 'req_1'},
  steps: writes.map((write) => ({write})),
})
