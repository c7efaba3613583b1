import type {CallOptions, ChatEvent, ChatRequest, ProviderContext, ProviderError} from 'vibe-plugin-api'
import {Answer} from 'vibe-openai-wire/answer'
import {toChatRequest} from './chat-request.ts'
import {failure, type CallFacts} from 'vibe-openai-wire/service-error'
import {wellFormed} from 'vibe-openai-wire/wire'
import {streamed, type Reader} from './stream.ts'

/** Streams one answer of chat completions; see the contract's `chat`. */
export function chat(context: ProviderContext, request: ChatRequest, options: CallOptions): AsyncIterable<ChatEvent> {
  const {body, warnings} = toChatRequest(request, context.providerId)
  const answer = new Answer(context.providerId, warnings)
  let chunks = 0
  const reader: Reader = {
    get finished() {
      return answer.finished
    },
    push: (chunk) => {
      chunks++
      return answer.push(chunk)
    },
    end: () => answer.end(),
    incomplete: (facts) => (chunks > 0 && !answer.hasChoices ? noChoices(facts) : undefined),
  }
  return streamed({
    context,
    options,
    reader,
    start: ({client}) => client.chat.completions.create(wellFormed(body), {signal: options.signal}),
  })
}

function noChoices(facts: CallFacts): ProviderError {
  const hint = 'Try again; if it lasts, choose another model.'
  return failure('bad-response', `${new URL(facts.url).host} sent an answer without any choice`, {
    retryable: true,
    hint,
  })
}
