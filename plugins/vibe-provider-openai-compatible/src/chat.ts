import type {CallOptions, ChatEvent, ChatRequest, ProviderContext} from 'vibe-plugin-api'
import {Answer} from 'vibe-openai-wire/answer'
import {errorOf, excerpt} from 'vibe-openai-wire/error-body'
import {mask} from 'vibe-openai-wire/mask'
import {toProviderError} from 'vibe-openai-wire/network-error'
import {payloads, type Payload} from './payloads.ts'
import {toWireRequest} from './request.ts'
import {bodyError, failure, type CallFacts} from 'vibe-openai-wire/service-error'
import {notTheService, open, type OpenCall} from './service.ts'
import {otherWays, type Ways} from './ways.ts'
import {asObject, asText, parseJson, type Loose} from 'vibe-openai-wire/wire'

/** The ways are kept between calls: what the service taught once is not asked again. */
export type Memory = {ways: Ways}
/** Some servers leave the connection open after the last chunk; token counts that are still to come get this long. */
const GRACE_MS = 3000
/** After the very last event only the end of the body is to come; a connection that was read to it serves the next call. */
const LAST_GRACE_MS = 20

type Asked = {context: ProviderContext; memory: Memory; request: ChatRequest; options: CallOptions}

/** Streams one answer of POST /chat/completions; see the contract's `chat`. */
export async function* chat(asked: Asked): AsyncGenerator<ChatEvent> {
  const {reply, facts} = await ask(asked)
  const thoughtsBeside = asked.context.quirks.includes('thoughts-beside-output')
  const answer = new Answer(asked.context.providerId, [], {thoughtsBeside})
  let finale = false
  let grace: NodeJS.Timeout | undefined
  try {
    for await (const payload of payloads(reply.body)) {
      if (payload.kind === 'event' && payload.data.trim() === '[DONE]') {
        finale = true
        clearTimeout(grace)
        grace = setTimeout(reply.close, LAST_GRACE_MS)
        continue
      }
      if (finale && payload.kind === 'event') continue
      const chunk = chunkOf(payload, facts)
      if (chunk) yield* answer.push(chunk)
      if (payload.kind === 'document') finale = true
      if (answer.finished) grace ??= setTimeout(reply.close, GRACE_MS)
    }
  } catch (error) {
    const broken = toProviderError(error, facts, true)
    if (broken.code === 'aborted' || !(answer.finished || finale))
      throw error instanceof RangeError ? tooLong(error, facts) : broken
  } finally {
    clearTimeout(grace)
    reply.close()
  }
  if (asked.options.signal.aborted) throw toProviderError(undefined, facts)
  if (!answer.finished && !finale) throw cutOff(facts)
  if (!answer.hasChoices) throw noChoices(facts)
  yield* answer.end()
}

/** Asks, and once more in other ways when the service names a field it does not want. */
async function ask({context, memory, request, options}: Asked): Promise<OpenCall> {
  const attempt = (ways: Ways) => {
    const body = toWireRequest(request, ways, context.providerId)
    const accept = ways.streaming ? 'text/event-stream, application/json' : 'application/json'
    return {body, answer: open(context, {path: '/chat/completions', body, accept}, options)}
  }
  const first = attempt(memory.ways)
  try {
    return await first.answer
  } catch (error) {
    const ways = otherWays(error, memory.ways, first.body)
    if (!ways) throw error
    context.debug('The service refused a field; asking once more without it.')
    const second = await attempt(ways).answer
    memory.ways = ways
    return second
  }
}

function chunkOf(payload: Payload, facts: CallFacts): Loose | undefined {
  if (payload.kind === 'nonsense') throw notTheService(payload.text, facts)
  const text = payload.kind === 'event' ? payload.data : payload.text
  const value = parseJson(text)
  const chunk = asObject(value)
  const failed = chunk && (reportsError(chunk) || (payload.kind === 'event' && payload.name === 'error'))
  if (failed) throw bodyError({body: errorOf(asObject(parseJson(mask(text, facts.secrets))) ?? chunk)}, facts)
  if (chunk) return chunk
  if (payload.kind === 'document') throw notTheService(text, facts)
  if (payload.name === 'error') throw bodyError({body: {message: excerpt(mask(text, facts.secrets))}}, facts)
  if (payload.tail || text.trim() === '') return undefined
  throw failure(
    'bad-response',
    `${new URL(facts.url).host} sent an event that is no JSON: ${excerpt(mask(text, facts.secrets))}`,
    {
      retryable: true,
      secrets: facts.secrets,
    },
  )
}

/** An error stands at the top, or in a choice that ended with it. */
function reportsError(chunk: Loose): boolean {
  if (chunk.error !== undefined && chunk.error !== null) return true
  return (
    chunk.choices === undefined && (chunk.object === 'error' || (asText(chunk.detail) ?? chunk.errors) !== undefined)
  )
}

function cutOff(facts: CallFacts) {
  const message = `${new URL(facts.url).host} ended its answer before it was whole`
  return failure('stream-interrupted', message, {retryable: true})
}

function noChoices(facts: CallFacts) {
  return failure('bad-response', `${new URL(facts.url).host} sent an answer without any choice`, {
    retryable: true,
    hint: 'Try again; if it lasts, choose another model.',
  })
}

function tooLong(error: RangeError, facts: CallFacts) {
  return failure('bad-response', `${new URL(facts.url).host}: ${error.message}`, {retryable: false})
}
