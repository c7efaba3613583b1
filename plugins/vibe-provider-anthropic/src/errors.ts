import {
  ProviderError,
  isProviderError,
  parseRetryAfter,
  type ProviderErrorCode,
  type ProviderErrorShape,
} from 'vibe-plugin-api'
import {classify, hintFor} from './classify.ts'
import {isObject, objectAt, textAt} from './wire.ts'

export type Failing = {
  /** For messages: who answered, or did not. */
  host: string
  /** For hints: the user's name for the provider. */
  instance: string
  signal: AbortSignal
  /** The key that was sent, if any; never shown. */
  secret: string | undefined
  /** Whether the answer had begun. */
  streaming: boolean
}

const LONGEST = 400
const TLS = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|ERR_TLS|ERR_SSL|EPROTO/
const TIMEOUT = /TIMEOUT|ETIMEDOUT/

/** Whatever went wrong, as the contract's error: never with the key in it. */
export function toProviderError(error: unknown, failing: Failing): ProviderError {
  const known = causes(error).find(isProviderError)
  if (known) return known
  const shape = failing.signal.aborted
    ? {code: 'aborted' as const, message: 'The request was stopped.', retryable: false}
    : (refusalShape(error, failing) ?? malformedShape(error, failing) ?? connectionShape(error, failing))
  const message = mask(shape.message, failing.secret)
  const tells =
    failing.secret !== undefined &&
    causes(error).some((cause) => JSON.stringify(describe(cause)).includes(failing.secret ?? ''))
  return new ProviderError({...shape, message}, tells ? {} : {cause: error})
}

/** Answers with an error status, and errors that the service reports in the middle of its stream. */
function refusalShape(error: unknown, {host, instance, secret}: Failing): ProviderErrorShape | undefined {
  if (!(error instanceof Error) || !('headers' in error) || !(error.headers instanceof Headers)) return undefined
  const {headers} = error
  const status = 'status' in error && typeof error.status === 'number' ? error.status : undefined
  const body = 'error' in error ? error.error : undefined
  const inner = isObject(body) ? objectAt(body, 'error') : {}
  const type = textAt(inner, 'type')
  const words =
    textAt(inner, 'message') ?? (isObject(body) ? textAt(body, 'message') : undefined) ?? plain(error.message, status)
  const {code, retryable} = classify({status, type, words, keySent: secret !== undefined})
  const retryAfterMs = milliseconds(headers.get('retry-after-ms')) ?? parseRetryAfter(headers.get('retry-after'))
  const requestId = headers.get('request-id') ?? (isObject(body) ? textAt(body, 'request_id') : undefined)
  const retry = headers.get('x-should-retry')
  return {
    code,
    message: `${host} ${status === undefined ? 'broke off its answer' : `answered ${status}`}: ${words}`,
    ...hintFor(code, instance),
    retryable: retry === 'true' || (retryable && retry !== 'false'),
    ...(retryAfterMs === undefined ? {} : {retryAfterMs}),
    ...(status === undefined ? {} : {status}),
    ...(requestId ? {requestId} : {}),
  }
}

function malformedShape(error: unknown, {host}: Failing): ProviderErrorShape | undefined {
  if (!causes(error).some((cause) => cause instanceof SyntaxError)) return undefined
  return {code: 'bad-response', message: `${host} sent an event that is not JSON.`, retryable: true}
}

function connectionShape(error: unknown, {host, instance, streaming}: Failing): ProviderErrorShape {
  const found = causes(error)
  const codes = found.map((cause) =>
    (isObject(cause) || cause instanceof Error) && 'code' in cause ? String(cause.code) : '',
  )
  const words = codes.find((code) => /^[A-Z_0-9]{4,}$/.test(code)) ?? rootMessage(found)
  const networked =
    words !== '' &&
    (codes.some((code) => code !== '') || /fetch failed|connection|socket|terminated|closed/i.test(messages(found)))
  const code: ProviderErrorCode = codes.some((each) => TLS.test(each))
    ? 'tls'
    : codes.some((each) => TIMEOUT.test(each))
      ? 'timeout'
      : !networked
        ? 'unknown'
        : streaming
          ? 'stream-interrupted'
          : 'network'
  const message = {
    tls: `${host} has no certificate that this machine trusts (${words}).`,
    timeout: `${host} did not answer in time (${words}).`,
    network: `${host} cannot be reached (${words}).`,
    'stream-interrupted': `The connection to ${host} broke in the middle of the answer (${words}).`,
    unknown: `The request to ${host} failed: ${words}`,
  }[code]
  return {
    code,
    message,
    ...hintFor(code, instance),
    retryable: code === 'network' || code === 'timeout' || code === 'stream-interrupted',
  }
}

/** The error and what caused it, outermost first. */
function causes(error: unknown): unknown[] {
  const found: unknown[] = []
  let next = error
  while (next !== undefined && next !== null && found.length < 8) {
    found.push(next)
    // A name with several addresses fails once for each; the first tells enough.
    next = next instanceof AggregateError ? (next.errors[0] as unknown) : next instanceof Error ? next.cause : undefined
  }
  return found
}

function rootMessage(found: unknown[]): string {
  const last = found.findLast((cause) => cause instanceof Error)
  return last instanceof Error ? last.message : String(found[0])
}

function messages(found: unknown[]): string {
  return found.map((cause) => (cause instanceof Error ? cause.message : '')).join(' ')
}

function describe(cause: unknown): unknown {
  return cause instanceof Error ? [cause.message, cause.stack, 'error' in cause ? cause.error : ''] : String(cause)
}

/** An error page as a short line: without its tags and without the status, which is said already. */
function plain(message: string, status: number | undefined): string {
  const bare = message
    .replace(/<(style|script)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  const text = status !== undefined && bare.startsWith(`${status} `) ? bare.slice(`${status} `.length) : bare
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

function milliseconds(header: string | null): number | undefined {
  const value = Number(header ?? Number.NaN)
  return Number.isFinite(value) && value >= 0 ? value : undefined
}

/** Only the last four characters of a key may be seen. */
function mask(text: string, secret: string | undefined): string {
  return secret ? text.replaceAll(secret, `…${secret.slice(-4)}`) : text
}
