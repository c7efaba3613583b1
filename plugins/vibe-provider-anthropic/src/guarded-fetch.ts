import {ProviderError} from 'vibe-plugin-api'

/** Error pages and plain JSON are small; whatever is larger is not one. */
const LARGEST_DOCUMENT = 32 * 1024 * 1024
/** The longest line of an event stream. */
const LARGEST_LINE = 64 * 1024 * 1024
const NEWLINE = 10

export type Guard = {
  fetch: typeof globalThis.fetch
  /** The whole set of headers of each request, but for what describes its body. */
  headers: Headers
  /** Called with each piece of an answer. */
  onBytes: () => void
  host: string
}

/**
 * The user's fetch with four guards: exactly our headers are sent (the SDK adds what it finds in the environment, and
 * a description of this machine), no redirect is followed, every byte counts as activity, and an answer that is no event
 * stream is refused when one was asked for.
 */
export function guardedFetch(guard: Guard): typeof globalThis.fetch {
  return async (input, init) => {
    const sent = new Headers(init?.headers)
    const headers = new Headers(guard.headers)
    for (const name of ['accept', 'content-type']) {
      const value = sent.get(name)
      if (value !== null && !headers.has(name)) headers.set(name, value)
    }
    const response = await guard.fetch(input, {...init, headers, redirect: 'manual'})
    guard.onBytes()
    if (response.status >= 300 && response.status < 400) throw await redirected(response, guard.host)
    const streams = isStreamRequest(init?.body)
    const type = response.headers.get('content-type') ?? ''
    if (response.ok && /\bhtml\b/i.test(type))
      throw await unexpected(response, `an HTML page instead of ${streams ? 'an event stream' : 'JSON'}`, guard.host)
    if (response.ok && streams && /\bjson\b/i.test(type))
      throw await unexpected(response, 'one JSON document instead of an event stream', guard.host)
    return watched(response, {onBytes: guard.onBytes, lines: response.ok && streams})
  }
}

function isStreamRequest(body: unknown): boolean {
  return typeof body === 'string' && /"stream":true[,}]/.test(body)
}

async function unexpected(response: Response, what: string, host: string): Promise<ProviderError> {
  await response.body?.cancel()
  return new ProviderError({
    code: 'bad-response',
    message: `${host} answered with ${what}.`,
    hint: 'Check the endpoint: it must be the base address of a service that speaks the Messages API.',
    retryable: false,
    status: response.status,
  })
}

/** Not followed: the key would go along to wherever it leads. */
async function redirected(response: Response, host: string): Promise<ProviderError> {
  await response.body?.cancel()
  const location = response.headers.get('location') ?? 'nowhere'
  return new ProviderError({
    code: 'bad-response',
    message: `${host} redirects to ${location}, which is not followed.`,
    hint: 'If that is the right place, set it as the endpoint.',
    retryable: false,
    status: response.status,
  })
}

function watched(response: Response, how: {onBytes: () => void; lines: boolean}): Response {
  if (!response.body) return response
  let pending = 0
  const limit = how.lines ? LARGEST_LINE : LARGEST_DOCUMENT
  const watch = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      how.onBytes()
      const newline = how.lines ? chunk.lastIndexOf(NEWLINE) : -1
      pending = newline < 0 ? pending + chunk.length : chunk.length - newline - 1
      if (pending <= limit) controller.enqueue(chunk)
      else
        controller.error(
          new ProviderError({
            code: 'bad-response',
            message: 'The service sent more than any answer can be.',
            retryable: false,
          }),
        )
    },
  })
  const {status, statusText, headers} = response
  return new Response(response.body.pipeThrough(watch), {status, statusText, headers})
}
