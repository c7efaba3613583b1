import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'

/** One for a slash, one for a version; more is a loop. */
const MAX_REDIRECTS = 5
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
/** The others have turned so many a POST into a GET that no client can know what is meant. */
const KEEPING_THE_METHOD: ReadonlySet<number> = new Set([307, 308])

type Fetch = typeof globalThis.fetch
type Sending = {send: Fetch; input: Parameters<Fetch>[0]; init: RequestInit}

/**
 * Sends a request and follows redirects within one origin only: requests carry keys, also in headers that no standard
 * calls a credential, and bodies carry the user's code.
 * @throws VibeError `redirect-refused` that names both addresses
 */
export async function followRedirects({send, input, init}: Sending): Promise<Response> {
  const request = input instanceof Request ? input : undefined
  if ((init.redirect ?? request?.redirect ?? 'follow') !== 'follow') return send(input, init)
  const {again, method, canRepeat} = repeatOf(request, init)
  let from = new URL(request?.url ?? String(input))
  let response = await send(input, {...init, redirect: 'manual'})
  for (let count = 1; ; count++) {
    const {status} = response
    const location = REDIRECTS.has(status) ? response.headers.get('location') : null
    if (location === null) return response
    // Its connection is free for the next request; what it says does not matter, nor how it ends.
    response.body?.cancel().catch(() => undefined)
    const to = targetOf(location, from)
    const why = refusal({
      from,
      to,
      count,
      canRepeat,
      keepsMethod: KEEPING_THE_METHOD.has(status) || method === 'GET' || method === 'HEAD',
    })
    if (why) throw redirectRefused({from, to, status, why})
    if (to) from = to
    response = await send(from, {...again, redirect: 'manual'})
  }
}

/** What a second sending needs, when the first was given as a Request, a RequestInit or both. */
function repeatOf(
  request: Request | undefined,
  init: RequestInit,
): {again: RequestInit; method: string; canRepeat: boolean} {
  const method = (init.method ?? request?.method ?? 'GET').toUpperCase()
  const again = request ? {method, headers: request.headers, signal: request.signal, ...init} : init
  return {again, method, canRepeat: isRepeatable(init.body) && !request?.body}
}

function isRepeatable(body: unknown): boolean {
  return !(typeof body === 'object' && body !== null && Symbol.asyncIterator in body)
}

function targetOf(location: string, from: URL): URL | undefined {
  return URL.canParse(location, from.href) ? new URL(location, from) : undefined
}

type Step = {from: URL; to: URL | undefined; count: number; keepsMethod: boolean; canRepeat: boolean}

function refusal({from, to, count, keepsMethod, canRepeat}: Step): string | undefined {
  if (!to) return 'the new address is no URL'
  if (to.origin !== from.origin) return 'a key must not follow to another server'
  if (count > MAX_REDIRECTS) return `${MAX_REDIRECTS} redirects came before it`
  if (!keepsMethod) return 'it does not say to send the request again'
  return canRepeat ? undefined : 'the request cannot be sent twice'
}

function redirectRefused({
  from,
  to,
  status,
  why,
}: {
  from: URL
  to: URL | undefined
  status: number
  why: string
}): VibeError {
  const address = to ? `${to.origin}${to.pathname}` : 'nowhere'
  return new VibeError({
    code: 'redirect-refused',
    message: `${from.origin}${from.pathname} redirects to ${address} (${status}), which was not followed: ${why}.`,
    origin: `${from.origin}${from.pathname}`,
    hint: `If that is the right address, set it: vibe provider:update NAME --endpoint ${to ? to.origin : 'URL'}`,
    exit: ExitCode.unreachable,
  })
}
