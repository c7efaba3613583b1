/** @import {ProviderError, ProviderErrorCode, ProviderErrorShape} from 'vibe-plugin-api' */

/** vibe knows a provider's errors by this mark, so that a provider needs no package to throw one. */
const MARK = Symbol.for('vibe.provider-error')

/** @type {Readonly<Record<number, ProviderErrorCode>>} */
const CODES = {
  401: 'auth-invalid',
  402: 'quota-exhausted',
  403: 'permission-denied',
  404: 'model-not-found',
  408: 'timeout',
  413: 'context-overflow',
  429: 'rate-limited',
  503: 'overloaded',
  529: 'overloaded',
}
const TOO_LONG = /context.?(length|window|size|limit)|maximum context|(prompt|input) is too long|too many.*tokens/i
const NO_CREDIT = /insufficient.?(quota|balance|credit|funds)|billing/i
const BLOCKED = /content.?(filter|policy)|moderation/i
const TLS = /CERT|^ERR_(TLS|SSL)|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/

/**
 * @param {ProviderErrorShape} shape
 * @param {unknown} [cause]
 * @returns {ProviderError}
 */
export function providerError({message, ...facts}, cause) {
  const error = Object.assign(new Error(message, {cause}), {name: 'ProviderError', [MARK]: true}, facts)
  return /** @type {ProviderError} */ (/** @type {unknown} */ (error))
}

/**
 * What a status other than 2xx means.
 * @param {{status: number, headers: Headers}} response
 * @param {string} words the service's own, without the key
 */
export function refusal({status, headers}, words) {
  const retryAfterMs = waitOf(headers.get('retry-after'))
  const requestId = headers.get('x-request-id')
  return providerError({
    ...meaning(status, words),
    message: words === '' ? `The service answered ${status}.` : `The service answered ${status}: ${words}`,
    status,
    ...(retryAfterMs === undefined ? {} : {retryAfterMs}),
    ...(requestId === null ? {} : {requestId}),
  })
}

/**
 * What the fetch or the body threw.
 * @param {unknown} error
 * @param {{endpoint: string, signal: AbortSignal, started: boolean}} call `started`: the answer had begun
 * @returns {ProviderError}
 */
export function failure(error, {endpoint, signal, started}) {
  if (signal.aborted) return providerError({code: 'aborted', message: 'The request was cancelled.', retryable: false})
  if (typeof error === 'object' && error !== null && MARK in error)
    return /** @type {ProviderError} */ (/** @type {unknown} */ (error))
  const code = codeOf(error)
  const why = code === undefined ? '' : ` (${code})`
  if (error instanceof RangeError)
    return providerError({code: 'bad-response', message: `${endpoint}: ${error.message}`, retryable: false}, error)
  if (started)
    return providerError({code: 'stream-interrupted', message: `${endpoint} broke off${why}.`, retryable: true}, error)
  if (code !== undefined && TLS.test(code))
    return providerError({code: 'tls', message: `No secure connection to ${endpoint}${why}.`, retryable: false}, error)
  const message = `${endpoint} cannot be reached${why}.`
  return providerError({code: 'network', message, retryable: code !== 'ENOTFOUND'}, error)
}

/**
 * @param {number | undefined} status undefined for an error inside a stream that began well
 * @param {string} words
 * @returns {Pick<ProviderErrorShape, 'code' | 'retryable'>}
 */
export function meaning(status, words) {
  if (status !== 429 && TOO_LONG.test(words)) return {code: 'context-overflow', retryable: false}
  if ((status === 429 || status === 403) && NO_CREDIT.test(words)) return {code: 'quota-exhausted', retryable: false}
  if (status === 400 && BLOCKED.test(words)) return {code: 'content-blocked', retryable: false}
  if (status === undefined) return {code: 'server-error', retryable: true}
  const otherwise = status >= 500 ? 'server-error' : status >= 400 ? 'invalid-request' : 'bad-response'
  return {code: CODES[status] ?? otherwise, retryable: status === 408 || status === 429 || status >= 500}
}

/**
 * @param {string | null} header seconds or a date
 * @returns {number | undefined} milliseconds
 */
function waitOf(header) {
  if (header === null || header === '') return undefined
  const seconds = Number(header)
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}

/**
 * The system's code of the innermost cause.
 * @param {unknown} error
 */
function codeOf(error) {
  let code
  for (let depth = 0; depth < 5 && typeof error === 'object' && error !== null; depth++) {
    if ('code' in error && typeof error.code === 'string') code = error.code
    error = 'cause' in error ? error.cause : undefined
  }
  return code
}
