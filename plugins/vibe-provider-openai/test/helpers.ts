import type {ChatEvent, ChatRequest, ProviderContext} from 'vibe-plugin-api'
import {collectAnswer, QUESTION, testContext, type ContextChanges} from 'vibe-plugin-testkit'
import {createProvider} from '../src/index.ts'

export {endOf, errorOf, only, QUESTION, TEST_KEY as KEY, textOf, withServer} from 'vibe-plugin-testkit'

/** A context as the core builds it, with a key unless `key` is null. */
export function contextFor(endpoint: string, changes: ContextChanges = {}): ProviderContext {
  return testContext(endpoint, {providerId: 'openai', ...changes})
}

export type Ask = ContextChanges & {
  request?: Partial<ChatRequest>
  signal?: AbortSignal
  headers?: Record<string, string>
}

/** One whole answer, its grammar checked. */
export async function answerOf(
  endpoint: string,
  {request, signal, headers, ...changes}: Ask = {},
): Promise<ChatEvent[]> {
  const provider = createProvider(contextFor(endpoint, changes))
  return collectAnswer(provider, {...QUESTION, ...request}, {...(signal && {signal}), ...(headers && {headers})})
}
