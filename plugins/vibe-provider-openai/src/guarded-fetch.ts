import type {CallOptions, ProviderContext, ProviderError} from 'vibe-plugin-api'
import {errorOf, excerpt} from 'vibe-openai-wire/error-body'
import {mask} from 'vibe-openai-wire/mask'
import {bodyError, failure, statusError, type CallFacts} from 'vibe-openai-wire/service-error'
import {asObject, parseJson} from 'vibe-openai-wire/wire'

const PROTOCOL_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'content-type',
  'openai-organization',
  'openai-project',
])
const ERROR_BODY_BYTES = 64 * 1024
const ERROR_BODY_MS = 5000

type Watch = {
  context: ProviderContext
  facts: CallFacts
  options: CallOptions
  streaming: boolean
  /** Lower-case names of the headers that vibe set itself. */
  headerNames: ReadonlySet<string>
}

/**
 * The context's fetch as the SDK gets it: it reports every arrival of bytes, follows no redirect with a key in hand,
 * sends no header that the SDK adds by itself, from facts about this machine or from the environment, and turns what is not the service's answer into a ProviderError.
 */
export function guardedFetch({context, facts, options, streaming, headerNames}: Watch): typeof globalThis.fetch {
  return async (input, init) => {
    const headers = new Headers(init?.headers)
    const foreign = [...headers.keys()].filter((name) => !PROTOCOL_HEADERS.has(name) && !headerNames.has(name))
    for (const name of foreign) headers.delete(name)
    const response = await context.fetch(input, {...init, headers, redirect: 'manual'})
    options.onActivity?.()
    if (!response.ok) {
      const header = (name: string) => response.headers.get(name) ?? undefined
      throw statusError({status: response.status, header, text: mask(await readSome(response), facts.secrets)}, facts)
    }
    const type = response.headers.get('content-type') ?? ''
    if (/html/i.test(type) || (streaming && /json/i.test(type))) throw notTheService(await readSome(response), facts)
    return watched(response, options.onActivity)
  }
}

/** The error for a 200 that is no stream: an error document, the page of a proxy, or an answer of another kind. */
function notTheService(text: string, facts: CallFacts): ProviderError {
  const masked = mask(text, facts.secrets)
  const document = asObject(parseJson(masked))
  if (document?.error) return bodyError({body: errorOf(document)}, facts)
  const {host} = new URL(facts.url)
  if (masked.trim() === '') return failure('bad-response', `${host} sent an empty answer`, {retryable: true})
  if (!document)
    return failure('bad-response', `${host} answered with a web page; a proxy answered: ${excerpt(masked)}`, {
      retryable: false,
    })
  const hint = 'The service does not stream: add it with --type openai-compatible instead.'
  return failure('bad-response', `${host} answered a document instead of a stream`, {retryable: false, hint})
}

/** At most 64 KiB and 5 seconds of a body: its words are a help, not a duty. */
async function readSome(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  if (!reader) return ''
  const stop = () => void reader.cancel().catch(() => {}) // A body that broke needs no cancelling.
  const timer = setTimeout(stop, ERROR_BODY_MS)
  const decoder = new TextDecoder()
  let text = ''
  try {
    while (text.length < ERROR_BODY_BYTES) {
      const {done, value} = await reader.read()
      if (done) break
      text += decoder.decode(value, {stream: true})
    }
  } catch {
    return text // What came before the break is all there is to say.
  } finally {
    clearTimeout(timer)
    stop()
  }
  return text
}

function watched(response: Response, onActivity: (() => void) | undefined): Response {
  if (!response.body || !onActivity) return response
  const tap = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      onActivity()
      controller.enqueue(chunk)
    },
  })
  const {status, statusText, headers} = response
  return new Response(response.body.pipeThrough(tap), {status, statusText, headers})
}
