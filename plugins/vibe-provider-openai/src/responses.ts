import type {CallOptions, ChatEvent, ChatRequest, ProviderContext} from 'vibe-plugin-api'
import {ResponsesAnswer} from './responses-answer.ts'
import {toResponsesRequest} from './responses-request.ts'
import {errorOf} from 'vibe-openai-wire/error-body'
import {mask} from 'vibe-openai-wire/mask'
import {bodyError, type CallFacts} from 'vibe-openai-wire/service-error'
import {streamed} from './stream.ts'
import {asObject, parseJson, wellFormed, type Loose} from 'vibe-openai-wire/wire'

/** Streams one answer of the Responses API; see the contract's `chat`. */
export function responses(
  context: ProviderContext,
  request: ChatRequest,
  options: CallOptions,
): AsyncIterable<ChatEvent> {
  const {body, warnings} = toResponsesRequest(request, context)
  const answer = new ResponsesAnswer(context.providerId, warnings)
  return streamed({
    context,
    options,
    reader: {
      get finished() {
        return answer.finished
      },
      push: (event, facts) => {
        throwReported(event, facts)
        return answer.push(event)
      },
      end: () => answer.end(),
    },
    start: ({client}) => client.responses.create(wellFormed(body), {signal: options.signal}),
  })
}

function throwReported(event: Loose, facts: CallFacts): void {
  if (event.type !== 'error' && event.type !== 'response.failed') return
  const report = event.type === 'error' ? {...event, type: undefined} : {error: asObject(event.response)?.error}
  const masked = asObject(parseJson(mask(JSON.stringify(report), facts.secrets))) ?? {}
  throw bodyError({body: errorOf(masked)}, facts)
}
