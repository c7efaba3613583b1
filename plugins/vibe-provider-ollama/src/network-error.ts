import {isProviderError, type ProviderError} from 'vibe-plugin-api'
import {failure, hostOf, type CallFacts} from './failure.ts'

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the host name does not exist',
  EAI_AGAIN: 'the host name could not be resolved now',
  ECONNRESET: 'the connection was reset',
  ECONNABORTED: 'the connection was closed',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection was closed',
  EPIPE: 'the connection was closed',
  ETIMEDOUT: 'the connection timed out',
  EHOSTUNREACH: 'the host is not reachable',
  ENETUNREACH: 'the network is not reachable',
}
const TLS = /CERT|^ERR_TLS|^ERR_SSL|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|^EPROTO$/

/**
 * Turns whatever a call threw into a ProviderError.
 * @param started whether the answer had begun, so that a broken connection means an interrupted stream
 */
export function toProviderError(error: unknown, facts: CallFacts, started = false): ProviderError {
  if (facts.signal.aborted) return failure('aborted', 'The request was cancelled.', {facts, retryable: false})
  if (isProviderError(error)) return error
  const host = hostOf(facts)
  if (error instanceof RangeError)
    return failure('bad-response', `${host}: ${error.message}`, {facts, retryable: false})
  const cause = innermost(error)
  const {code} = (cause ?? {}) as {code?: unknown}
  const message = cause instanceof Error ? cause.message : String(cause)
  const reason = typeof code === 'string' ? `${WORDS[code] ?? message} (${code})` : message
  const bare = cause instanceof Error && !('options' in cause) && !('request' in cause) ? {cause} : {}
  if (typeof code === 'string' && TLS.test(code))
    return failure('tls', `No secure connection to ${host}: ${reason}`, {facts, retryable: false, ...bare})
  if (started)
    return failure('stream-interrupted', `${host} broke off its answer: ${reason}`, {facts, retryable: true, ...bare})
  const hint = code === 'ECONNREFUSED' ? {hint: 'Start Ollama: ollama serve'} : {}
  const retryable = code !== 'ENOTFOUND'
  return failure('network', `Cannot reach ${host}: ${reason}`, {facts, retryable, ...hint, ...bare})
}

/** What wraps the innermost cause may hold headers with a key; a longer chain is a loop. */
function innermost(error: unknown): unknown {
  let last = error
  for (let depth = 0; depth < 10; depth++) {
    if (typeof last !== 'object' || last === null) break
    const {cause, errors} = last as {cause?: unknown; errors?: unknown}
    const next: unknown = cause ?? (Array.isArray(errors) ? errors[0] : undefined)
    if (next === undefined || next === null) break
    last = next
  }
  return last
}
