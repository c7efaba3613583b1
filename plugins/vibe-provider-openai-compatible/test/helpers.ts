import type {ChatEvent, ChatRequest, Credential, JsonObject, ProviderContext, ProviderError} from 'vibe-plugin-api'
import {isProviderError} from 'vibe-plugin-api'
import {grammarViolations, startScriptedServer, type Answer, type ScriptedServer} from 'vibe-plugin-testkit'
import {expect} from 'chai'
import {createProvider} from '../src/index.ts'

export const KEY = 'sk-test-0123456789abcdef'

export type Changes = Partial<Omit<ProviderContext, 'settings'>> & {settings?: JsonObject; key?: string | null}

/** A context as the core builds it, with a key unless `key` is null. */
export function contextFor(endpoint: string, {key = KEY, ...changes}: Changes = {}): ProviderContext {
  const credential: Credential = key === null ? {kind: 'none'} : {kind: 'api-key', value: key}
  return {
    apiVersion: 1,
    instanceId: 'test',
    providerId: 'openai-compatible',
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

export type Ask = Changes & {request?: Partial<ChatRequest>; signal?: AbortSignal; headers?: Record<string, string>}

/** One whole answer, its grammar checked. */
export async function answerOf(
  endpoint: string,
  {request, signal, headers, ...changes}: Ask = {},
): Promise<ChatEvent[]> {
  const provider = createProvider(contextFor(endpoint, changes))
  const events: ChatEvent[] = []
  const options = {signal: signal ?? new AbortController().signal, ...(headers ? {headers} : {})}
  for await (const event of provider.chat({...QUESTION, ...request}, options)) events.push(event)
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

export function textOf(events: readonly ChatEvent[], kind: 'text' | 'reasoning' = 'text'): string {
  return only(events, `${kind}-delta`)
    .map(({text}) => text)
    .join('')
}

export function only<Type extends ChatEvent['type']>(events: readonly ChatEvent[], type: Type) {
  return events.filter((event): event is Extract<ChatEvent, {type: Type}> => event.type === type)
}

export function endOf(events: readonly ChatEvent[]) {
  const [end] = only(events, 'response-end')
  if (!end) throw new Error('no response-end')
  return end
}
