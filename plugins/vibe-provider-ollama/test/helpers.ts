import {expect} from 'chai'
import type {ChatEvent, ChatRequest, Credential, JsonObject, ProviderContext, ProviderError} from 'vibe-plugin-api'
import {isProviderError} from 'vibe-plugin-api'
import {
  grammarViolations,
  jsonReply,
  startScriptedServer,
  type Answer,
  type Reply,
  type ScriptedServer,
  type Step,
} from 'vibe-plugin-testkit'
import {createProvider} from '../src/index.ts'

export type Changes = Partial<Omit<ProviderContext, 'settings'>> & {settings?: JsonObject; key?: string}

/** A context as the core builds it. */
export function contextFor(endpoint: string, {key, ...changes}: Changes = {}): ProviderContext {
  const credential: Credential = key === undefined ? {kind: 'none'} : {kind: 'api-key', value: key}
  return {
    apiVersion: 1,
    instanceId: 'test',
    providerId: 'ollama',
    quirks: [],
    settings: {},
    endpoint,
    credential: async () => credential,
    fetch: globalThis.fetch,
    userAgent: 'vibe-test/0',
    debug: () => {},
    ...changes,
  }
}

/** Runs one test against a scripted server, which is closed whatever happens. */
export async function withServer(answer: Answer, run: (server: ScriptedServer) => Promise<void>): Promise<void> {
  const server = await startScriptedServer(answer)
  try {
    await run(server)
  } finally {
    await server.close()
  }
}

export const QUESTION: ChatRequest = {model: 'm', messages: [{role: 'user', content: [{type: 'text', text: 'hi'}]}]}
export const userText = (text: string): ChatRequest['messages'] => [{role: 'user', content: [{type: 'text', text}]}]

export type Ask = Changes & {request?: Partial<ChatRequest>; signal?: AbortSignal; headers?: Record<string, string>}

/** One whole answer, its grammar checked. */
export async function answerOf(
  endpoint: string,
  {request, signal, headers, ...changes}: Ask = {},
): Promise<ChatEvent[]> {
  return collect(createProvider(contextFor(endpoint, changes)), {...QUESTION, ...request}, {signal, headers})
}

/** One whole answer of a provider that is used more than once. */
export async function collect(
  provider: ReturnType<typeof createProvider>,
  request: ChatRequest,
  {signal, headers}: {signal?: AbortSignal | undefined; headers?: Record<string, string> | undefined} = {},
): Promise<ChatEvent[]> {
  const events: ChatEvent[] = []
  const options = {signal: signal ?? new AbortController().signal, ...(headers ? {headers} : {})}
  for await (const event of provider.chat(request, options)) events.push(event)
  expect(grammarViolations(events)).to.deep.equal([])
  return events
}

/** The error that a call ends in; a call that succeeds fails the test. */
export async function errorOf(work: Promise<unknown>): Promise<ProviderError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isProviderError(error)) throw new Error(`expected a ProviderError, got ${String(error)}`)
  return error
}

export function only<Type extends ChatEvent['type']>(events: readonly ChatEvent[], type: Type) {
  return events.filter((event): event is Extract<ChatEvent, {type: Type}> => event.type === type)
}

export function textOf(events: readonly ChatEvent[], kind: 'text' | 'reasoning' = 'text'): string {
  return only(events, `${kind}-delta`)
    .map(({text}) => text)
    .join('')
}

export function endOf(events: readonly ChatEvent[]) {
  const [end] = only(events, 'response-end')
  if (!end) throw new Error('no response-end')
  return end
}

/** A body of lines as Ollama sends it. */
export function ndjson(lines: ReadonlyArray<object | string>): Reply {
  const steps = lines.map((line): Step => ({write: `${typeof line === 'string' ? line : JSON.stringify(line)}\n`}))
  return {headers: {'content-type': 'application/x-ndjson'}, steps}
}

export const say = (content: string) => ({model: 'm', message: {role: 'assistant', content}, done: false})
export const DONE = {model: 'm', message: {role: 'assistant', content: ''}, done: true, done_reason: 'stop'}

/** What POST /api/show answers about a model. */
export function shown(facts: {contextLength?: number; capabilities?: string[]; family?: string}): Reply {
  const family = facts.family ?? 'qwen3'
  return jsonReply({
    details: {family},
    model_info: {
      'general.architecture': family,
      ...(facts.contextLength === undefined ? {} : {[`${family}.context_length`]: facts.contextLength}),
    },
    capabilities: facts.capabilities ?? ['completion', 'tools'],
  })
}

/** The options of each chat that reached the server. */
export function optionsSent({requests}: ScriptedServer): JsonObject[] {
  return bodiesSent({requests}).map(({options}) => options)
}

type Body = {options: JsonObject; messages: JsonObject[]; [more: string]: unknown}

export function bodiesSent({requests}: Pick<ScriptedServer, 'requests'>): Body[] {
  return requests.filter(({path}) => path === '/api/chat').map(({json}) => json as Body)
}
