import type {CallOptions, ChatEvent, ChatRequest, JsonObject, Provider, ProviderContext} from 'vibe-plugin-api'
import {startScriptedServer, testContext, type Answer, type Reply, type ScriptedServer} from 'vibe-plugin-testkit'
import {createProvider} from '../src/index.ts'

export {errorOf as failure} from 'vibe-plugin-testkit'

export const KEY = 'sk-ant-test-0123456789-abcd'
export const ask: ChatRequest = {
  model: 'claude-haiku-4-5',
  messages: [{role: 'user', content: [{type: 'text', text: 'Hi'}]}],
}

export async function providerAt(endpoint: string, more: Partial<ProviderContext> = {}): Promise<Provider> {
  const {settings = {}, ...rest} = more
  return createProvider({...testContext(endpoint, {providerId: 'anthropic', key: KEY, ...rest}), settings})
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
