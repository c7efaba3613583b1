import type {CallOptions, ChatEvent, ProviderContext, ProviderError} from 'vibe-plugin-api'
import {openClient, sdkError, type OpenClient} from './client.ts'
import {toProviderError} from 'vibe-openai-wire/network-error'
import {failure, type CallFacts} from 'vibe-openai-wire/service-error'
import {asObject, type Loose} from 'vibe-openai-wire/wire'

/** Puts the answer of one protocol together, chunk by chunk. */
export type Reader = {
  /** Whether the service said that, and why, it stopped: what breaks afterwards takes nothing from the answer. */
  readonly finished: boolean
  push: (chunk: Loose, facts: CallFacts) => Iterable<ChatEvent>
  end: () => Iterable<ChatEvent>
  /** A better error than an interrupted stream for an answer that did not finish, if the protocol knows one. */
  incomplete?: (facts: CallFacts) => ProviderError | undefined
}
type Source = {
  context: ProviderContext
  options: CallOptions
  reader: Reader
  start: (open: OpenClient) => PromiseLike<AsyncIterable<unknown>>
}

/**
 * Runs one streaming call of the SDK, whose loop ends without a word when the signal aborts or the server goes: here
 * both become errors.
 */
export async function* streamed({context, options, reader, start}: Source): AsyncGenerator<ChatEvent> {
  const open = await openClient({context, options, streaming: true})
  const {facts} = open
  let started = false
  try {
    const stream = await start(open)
    started = true
    for await (const value of stream) {
      const chunk = asObject(value)
      if (chunk) yield* reader.push(chunk, facts)
    }
  } catch (error) {
    if (facts.signal.aborted || !reader.finished) throw sdkError(error, facts, started)
  }
  if (facts.signal.aborted) throw toProviderError(undefined, facts)
  if (!reader.finished) throw reader.incomplete?.(facts) ?? cutOff(facts)
  yield* reader.end()
}

function cutOff(facts: CallFacts): ProviderError {
  const message = `${new URL(facts.url).host} ended its answer before it was whole`
  return failure('stream-interrupted', message, {retryable: true})
}
