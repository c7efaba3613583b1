import {ProviderError} from 'vibe-plugin-api'
import {abortedError} from './stream-watch.ts'
import {refusesTools} from './ladder/tools-refused.ts'
import {isRefused} from './refused.ts'
import {duration} from './stream-limits.ts'

/** Three repeats reach a mean wait of 3.5 s, enough for a hiccup; a longer outage is for the user to judge. */
export const MAX_ATTEMPTS = 4
/** A port that nobody listens on is not a hiccup: one repeat within a second, so that the answer comes within three. */
const ATTEMPTS_WHEN_REFUSED = 2
const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 30_000
/** Nobody watches a countdown for more than a minute: then the service's wish is said instead. */
const LONGEST_RETRY_AFTER_MS = 60_000

/** How often a request is made at most, the first time included, when it fails like this. */
export function attemptsFor(error: Error): number {
  return isRefused(error) ? ATTEMPTS_WHEN_REFUSED : MAX_ATTEMPTS
}

/**
 * How long to wait before asking again, with full jitter so that many clients do not come back together.
 * @param failed the attempt that failed, from 1, and what it threw
 * @param random a number in [0, 1)
 * @returns milliseconds, never less than what the service asked for
 * @throws the error itself when it must not be retried, in other words when the service asks for too long a wait
 */
export function retryDelay(failed: {attempt: number; error: ProviderError}, random: () => number): number {
  const {attempt, error} = failed
  // Some say with 500 that they take no tools: the same request can only fail again.
  if (!error.retryable || refusesTools(error) || attempt >= attemptsFor(error)) throw error
  const given = error.retryAfterMs ?? 0
  const asked = Number.isFinite(given) ? Math.max(0, given) : 0
  if (asked > LONGEST_RETRY_AFTER_MS) throw askedTooLong(error, asked)
  const jittered = random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1))
  return Math.max(asked, jittered)
}

function askedTooLong(error: ProviderError, asked: number): ProviderError {
  const wait = duration(asked)
  return new ProviderError(
    {
      code: error.code,
      message: `${error.message} The service asks to wait ${wait} before the next request.`,
      hint: error.hint ?? `Try again in ${wait}, or use another provider.`,
      retryable: error.retryable,
      retryAfterMs: asked,
      ...(error.status === undefined ? {} : {status: error.status}),
      ...(error.requestId === undefined ? {} : {requestId: error.requestId}),
    },
    {cause: error},
  )
}

/** @throws ProviderError `aborted` as soon as the signal aborts */
export function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortedError())
    const onAbort = () => {
      clearTimeout(timer)
      reject(abortedError())
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    signal.addEventListener('abort', onAbort, {once: true})
  })
}
