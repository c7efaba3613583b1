import {expect} from 'chai'
import type {AssistantPart, ChatEvent, ChatRequest, ProviderContext, ToolCallEnd, Usage} from 'vibe-plugin-api'
import {grammarViolations, sseEvent, startScriptedServer} from 'vibe-plugin-testkit'
import {createProvider} from '../src/index.ts'
import {contextFor, KEY} from './helpers.ts'
import {manifestOf} from './service-manifests.ts'
import {callingReply, finalReply, type Peculiar, type Sent} from './wire-dialects.ts'

const bearer = {name: 'authorization', value: `Bearer ${KEY}`}

/** One streamed answer that calls a tool, and the answer to its result. */
export async function roundTrip(service: Peculiar): Promise<void> {
  const server = await startScriptedServer((_request, index) =>
    index === 0 ? callingReply(service) : finalReply(service),
  )
  try {
    const provider = createProvider(contextOf(service.id, server.url, service.settings))
    const request = requestWith({})
    const first = await eventsOf(provider.chat(request, {signal: new AbortController().signal}))
    const call = first.find((event): event is ToolCallEnd => event.type === 'tool-call-end')
    expect(call).to.deep.include({name: 'look', input: {at: 'sky'}})
    const result = {type: 'tool-result' as const, callId: call?.callId ?? '', name: 'look'}
    const messages: ChatRequest['messages'] = [
      ...request.messages,
      {role: 'assistant', content: partsOf(first)},
      {role: 'tool', content: [{...result, content: [{type: 'text', text: 'clear'}]}]},
    ]
    const second = await eventsOf(provider.chat({...request, messages}, {signal: new AbortController().signal}))
    expect(second.at(-1)).to.deep.include({type: 'response-end', stopReason: 'end-turn'})
    expect(second.at(-1)).to.have.nested.property('usage.input', 12)
    const sent = recorded(server.requests[1])
    const {name, value} = service.key ?? bearer
    expect(sent.headers).to.include({[name]: value})
    expect(sent.path).to.equal(service.path ?? '/chat/completions')
    service.sent?.(sent)
  } finally {
    await server.close()
  }
}

/** What one request to a service holds. */
export async function sentTo(id: string, changes: Partial<ChatRequest>): Promise<Sent> {
  const server = await startScriptedServer(() => finalReply({id}))
  try {
    const provider = createProvider(contextOf(id, server.url))
    await eventsOf(provider.chat(requestWith(changes), {signal: new AbortController().signal}))
    return recorded(server.requests[0])
  } finally {
    await server.close()
  }
}

/** What a service's counts mean. */
export async function countedBy(id: string, counts: object): Promise<Usage> {
  const after = [sseEvent({id: 'x', object: 'chat.completion.chunk', choices: [], usage: counts})]
  const server = await startScriptedServer(() => finalReply({id, after}))
  try {
    const provider = createProvider(contextOf(id, server.url))
    const events = await eventsOf(provider.chat(requestWith({}), {signal: new AbortController().signal}))
    const end = events.at(-1)
    return end?.type === 'response-end' ? end.usage : {}
  } finally {
    await server.close()
  }
}

/** A context as the core makes it from the service's manifest. */
export function contextOf(id: string, endpoint: string, settings: Record<string, string> = {}): ProviderContext {
  const manifest = manifestOf(id)
  const key = manifest.auth.find(({kind}) => kind === 'api-key')
  return contextFor(endpoint, {
    providerId: id,
    protocol: 'openai-chat',
    quirks: manifest.quirks ?? [],
    settings,
    ...(key?.header !== undefined && {authHeader: {name: key.header, scheme: 'none' as const}}),
  })
}

function requestWith(changes: Partial<ChatRequest>): ChatRequest {
  return {
    model: 'my-deployment',
    messages: [{role: 'user', content: [{type: 'text', text: 'What colour?'}]}],
    tools: [{name: 'look', description: 'Looks', inputSchema: {type: 'object'}}],
    maxOutputTokens: 99,
    reasoning: 'high',
    ...changes,
  }
}

async function eventsOf(stream: AsyncIterable<ChatEvent>): Promise<ChatEvent[]> {
  const events: ChatEvent[] = []
  for await (const event of stream) events.push(event)
  expect(grammarViolations(events)).to.deep.equal([])
  return events
}

/** The answer as the core keeps it. */
function partsOf(events: readonly ChatEvent[]): AssistantPart[] {
  const parts: AssistantPart[] = []
  let text = ''
  for (const event of events) {
    if (event.type === 'reasoning-delta') text += event.text
    if (event.type === 'reasoning-end') {
      parts.push({type: 'reasoning', text, ...(event.providerMetadata && {providerMetadata: event.providerMetadata})})
      text = ''
    }
    if (event.type === 'tool-call-end') {
      const {callId, name, input = {}, providerMetadata} = event
      parts.push({type: 'tool-call', callId, name, input, ...(providerMetadata && {providerMetadata})})
    }
  }
  return parts
}

function recorded(request: {json: unknown; headers: Record<string, string>; path: string} | undefined): Sent {
  if (!request) throw new Error('nothing was sent')
  return {body: request.json as Sent['body'], headers: request.headers, path: request.path}
}
