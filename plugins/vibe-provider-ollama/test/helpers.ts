import type {ChatEvent, ChatRequest, JsonObject, Provider, ProviderContext} from 'vibe-plugin-api'
import {
  collectAnswer,
  jsonReply,
  QUESTION,
  testContext,
  type ContextChanges,
  type Reply,
  type ScriptedServer,
  type Step,
} from 'vibe-plugin-testkit'
import {createProvider} from '../src/index.ts'

export {endOf, errorOf, only, QUESTION, textOf, userText, withServer} from 'vibe-plugin-testkit'

/** A context as the core builds it, without a key unless `key` is one. */
export function contextFor(endpoint: string, changes: ContextChanges = {}): ProviderContext {
  return testContext(endpoint, {providerId: 'ollama', key: null, ...changes})
}

type Options = {signal?: AbortSignal | undefined; headers?: Record<string, string> | undefined}
export type Ask = ContextChanges & Options & {request?: Partial<ChatRequest>}

/** One whole answer, its grammar checked. */
export async function answerOf(
  endpoint: string,
  {request, signal, headers, ...changes}: Ask = {},
): Promise<ChatEvent[]> {
  return collect(createProvider(contextFor(endpoint, changes)), {...QUESTION, ...request}, {signal, headers})
}

/** One whole answer of a provider that is used more than once. */
export function collect(
  provider: Provider,
  request: ChatRequest,
  {signal, headers}: Options = {},
): Promise<ChatEvent[]> {
  return collectAnswer(provider, request, {...(signal && {signal}), ...(headers && {headers})})
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
