import type {ProviderError, ProviderErrorCode} from 'vibe-plugin-api'
import {offlineErrorIn} from '../net/offline-error.ts'
import {isRefused} from './refused.ts'

/** What another service may do better. What the request itself is to blame for, and what a service will not say, stays. */
const ELSEWHERE: ReadonlySet<ProviderErrorCode> = new Set([
  'overloaded',
  'rate-limited',
  'quota-exhausted',
  'server-error',
  'network',
  'tls',
  'timeout',
  'stream-interrupted',
  'bad-response',
  'model-not-found',
  'unknown',
])

const REFUSED_KEY: ReadonlySet<ProviderErrorCode> = new Set([
  'auth-missing',
  'auth-invalid',
  'auth-expired',
  'permission-denied',
])

/** Answered before any token was read or written: nobody bills these. */
const UNBILLED: ReadonlySet<ProviderErrorCode> = new Set([
  'overloaded',
  'rate-limited',
  'quota-exhausted',
  'model-not-found',
  ...REFUSED_KEY,
])

/**
 * Whether a failure that has outlived its retries is a reason to ask another service.
 * @param answered whether this provider has answered before in this process. A key that worked and is now refused is an
 * outage; one that is refused from the start is a setting to mend, and a fallback would only hide it
 */
export function curableElsewhere(error: ProviderError, answered: boolean): boolean {
  if (offlineErrorIn(error)) return false
  return ELSEWHERE.has(error.code) || (answered && REFUSED_KEY.has(error.code))
}

/** Whether a failed request is known to have cost nothing. */
export function isUnbilled(error: ProviderError): boolean {
  if (UNBILLED.has(error.code)) return true
  return error.code === 'network' ? isRefused(error) : error.code === 'server-error' && error.status !== undefined
}
