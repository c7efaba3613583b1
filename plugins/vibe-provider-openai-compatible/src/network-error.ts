import {isProviderError, type ProviderError} from 'vibe-plugin-api'
import {failure, type CallFacts} from './service-error.ts'

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the host name does not exist',
  EAI_AGAIN: 'the host name could not be resolved now',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  ETIMEDOUT: 'the connection timed out',
  EHOSTUNREACH: 'the host is not reachable',
  ENETUNREACH: 'the network is not reachable',
  UND_ERR_SOCKET: 'the connection was closed',
  UND_ERR_CONNECT_TIMEOUT: 'connecting took too long',
  UND_ERR_HEADERS_TIMEOUT: 'no answer came in time',
  UND_ERR_BODY_TIMEOUT: 'the answer paused for too long',
}
const FINAL = new Set(['ENOTFOUND'])
const TLS = /CERT|^ERR_TLS|^ERR_SSL|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|^EPROTO$/

/**
 * Turns whatever a call threw into a ProviderError. The original is not kept as its cause: it may hold headers with a key.
 * @param started whether the answer had begun, so that a broken connection means an interrupted stream
 */
export function toProviderError(error: unknown, facts: CallFacts, started = false): ProviderError {
  if (facts.signal.aborted) return failure('aborted', 'The request was cancelled.', {retryable: false})
  if (isProviderError(error)) return error
  const {host} = new URL(facts.url)
  const code = causeCode(error)
  const {secrets} = facts
  if (code !== undefined && TLS.test(code)) {
    return failure('tls', `No secure connection to ${host}: ${text(error)} (${code})`, {retryable: false, secrets})
  }
  if (code?.startsWith('UND_ERR_') && code.endsWith('TIMEOUT')) {
    return failure('timeout', `${host}: ${WORDS[code] ?? text(error)}`, {retryable: true, secrets})
  }
  const reason = (code && WORDS[code]) ?? text(error)
  const named = code === undefined ? reason : `${reason} (${code})`
  if (started)
    return failure('stream-interrupted', `${host} broke off its answer: ${named}`, {retryable: true, secrets})
  const retryable = code === undefined || !FINAL.has(code)
  return failure('network', `Cannot reach ${host}: ${named}`, {retryable, secrets})
}

function causeCode(error: unknown): string | undefined {
  let current: unknown = error
  let found: string | undefined
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth++) {
    const {code, cause, errors} = current as {code?: unknown; cause?: unknown; errors?: unknown}
    if (typeof code === 'string' && (found === undefined || WORDS[code] !== undefined || TLS.test(code))) found = code
    current = cause ?? (Array.isArray(errors) ? errors[0] : undefined)
  }
  return found
}

function text(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const {cause} = error
  return cause instanceof Error && error.message === 'fetch failed' ? cause.message : error.message
}
