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
const FINAL = new Set(['ENOTFOUND', 'offline'])
const TLS = /CERT|^ERR_TLS|^ERR_SSL|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|^EPROTO$/

/**
 * Turns whatever a call threw into a ProviderError. Only the innermost cause is kept: what wraps it may hold headers
 * with a key.
 * @param started whether the answer had begun, so that a broken connection means an interrupted stream
 */
export function toProviderError(error: unknown, facts: CallFacts, started = false): ProviderError {
  if (facts.signal.aborted) return failure('aborted', 'The request was cancelled.', {retryable: false})
  if (isProviderError(error)) return error
  const {host} = new URL(facts.url)
  const chain = causesOf(error)
  const root = chain.at(-1)
  const code = codeOf(chain)
  const detail = {secrets: facts.secrets, ...hintOf(root), ...(isBare(root) ? {cause: root} : {})}
  if (code !== undefined && TLS.test(code)) {
    return failure('tls', `No secure connection to ${host}: ${text(root)} (${code})`, {...detail, retryable: false})
  }
  if (code?.startsWith('UND_ERR_') && code.endsWith('TIMEOUT')) {
    return failure('timeout', `${host}: ${WORDS[code] ?? text(root)}`, {...detail, retryable: true})
  }
  const reason = (code && WORDS[code]) ?? text(root)
  const named = code === undefined ? reason : `${reason} (${code})`
  if (started) {
    return failure('stream-interrupted', `${host} broke off its answer: ${named}`, {...detail, retryable: true})
  }
  const retryable = code === undefined || !FINAL.has(code)
  return failure('network', `Cannot reach ${host}: ${named}`, {...detail, retryable})
}

/** The error and what caused it, outermost first; a longer chain is a loop. */
function causesOf(error: unknown): unknown[] {
  const chain = [error]
  for (let last = error; chain.length < 10; chain.push(last)) {
    if (typeof last !== 'object' || last === null) break
    const {cause, errors} = last as {cause?: unknown; errors?: unknown}
    last = cause ?? (Array.isArray(errors) ? errors[0] : undefined)
    if (last === undefined || last === null) break
  }
  return chain
}

/** The code that says most: one that is known, else the innermost. */
function codeOf(chain: readonly unknown[]): string | undefined {
  const codes = chain.map((one) => (one as {code?: unknown} | null)?.code).filter((code) => typeof code === 'string')
  return codes.find((code) => WORDS[code] !== undefined || TLS.test(code)) ?? codes.at(-1)
}

/** The core's own refusals, such as offline mode, bring the way out with them. */
function hintOf(root: unknown): {hint?: string} {
  const hint = (root as {hint?: unknown} | null)?.hint
  return typeof hint === 'string' ? {hint} : {}
}

function isBare(root: unknown): boolean {
  return root instanceof Error && !('options' in root) && !('request' in root)
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
