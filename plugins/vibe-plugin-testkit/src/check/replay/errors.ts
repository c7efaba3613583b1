import type {ProviderErrorCode} from 'vibe-plugin-api'
import {TEST_KEY} from '../../context.ts'
import {refusal} from '../../faults.ts'
import type {Reply} from '../../scripted-server.ts'
import {demand, Skip} from '../check.ts'
import {failed, same} from './demands.ts'
import type {Scenario} from './scenario.ts'

type Status = {status: number; codes: readonly ProviderErrorCode[]; retryable: boolean; says?: string}

const STATUSES: readonly Status[] = [
  {status: 400, codes: ['invalid-request'], retryable: false},
  {status: 401, codes: ['auth-invalid', 'auth-missing'], retryable: false},
  {status: 402, codes: ['quota-exhausted'], retryable: false},
  {status: 403, codes: ['permission-denied'], retryable: false},
  {status: 404, codes: ['model-not-found'], retryable: false, says: 'The model `m` does not exist'},
  {status: 408, codes: ['timeout'], retryable: true},
  {status: 413, codes: ['context-overflow', 'invalid-request'], retryable: false},
  {status: 429, codes: ['rate-limited'], retryable: true},
  {status: 500, codes: ['server-error'], retryable: true},
  {status: 502, codes: ['server-error', 'overloaded'], retryable: true},
  {status: 504, codes: ['server-error', 'overloaded', 'timeout'], retryable: true},
  {status: 503, codes: ['overloaded', 'server-error'], retryable: true},
  {status: 529, codes: ['overloaded'], retryable: true},
]

/** What an error status becomes. */
export const errors: readonly Scenario[] = [
  ...STATUSES.map(statusScenario),
  {
    id: 'context-overflow',
    title: 'a conversation that is too long is told apart from a bad request',
    mend: "Read the service's words: vibe shortens the conversation for context-overflow, and gives up for invalid-request.",
    run: async ({dialect, serve}) => {
      const message = 'prompt is too long: 250000 tokens > 200000 maximum context length'
      const {ask} = await serve(() => refusal(dialect(), {status: 400, message}))
      same(failed(await ask(), 'context-overflow').retryable, false, 'retryable')
    },
  },
  {
    id: 'no-credit',
    title: 'an account without credit is told apart from too many requests',
    mend: 'Read the words of a 429: quota-exhausted is not tried again, rate-limited is, for minutes.',
    run: async ({dialect, serve}) => {
      const message = 'insufficient_quota: You exceeded your current quota, please check your plan and billing details.'
      const {ask} = await serve(() => refusal(dialect(), {status: 429, message}))
      same(failed(await ask(), 'quota-exhausted').retryable, false, 'retryable')
    },
  },
  {
    id: 'content-blocked',
    title: 'a request that a filter refused is told apart from a bad one',
    mend: "Read the service's words: content-blocked tells the user to say it otherwise.",
    run: async ({dialect, serve}) => {
      if (dialect().filtered === undefined) throw new Skip('the dialect names no word for it')
      const message = 'Output blocked by content filtering policy (content_filter)'
      const {ask} = await serve(() => refusal(dialect(), {status: 400, message}))
      same(failed(await ask(), 'content-blocked').retryable, false, 'retryable')
    },
  },
  waiting('retry-after', 'seconds', () => ({headers: {'retry-after': '7'}, from: 7000, to: 7000})),
  waiting('retry-after-ms', 'milliseconds', () => ({
    headers: {'retry-after-ms': '2500', 'retry-after': '3'},
    from: 2500,
    to: 3000,
  })),
  waiting('retry-after-date', 'a date', () => ({
    headers: {'retry-after': new Date(Date.now() + 60_000).toUTCString()},
    from: 50_000,
    to: 61_000,
  })),
  {
    id: 'error-page',
    title: 'an error that is no JSON is an error all the same',
    mend: 'Read an error body as text first; a proxy answers with a page.',
    run: async ({dialect, serve}) => {
      dialect()
      const page: Reply = {
        status: 502,
        headers: {'content-type': 'text/html'},
        steps: [{write: '<html><head><title>502 Bad Gateway</title></head><body></body></html>'}],
      }
      const {ask} = await serve(() => page)
      const {status, retryable} = failed(await ask(), 'server-error', 'overloaded', 'bad-response')
      same({status, retryable}, {status: 502, retryable: true}, 'the error')
    },
  },
  {
    id: 'no-retry',
    title: 'it never tries again by itself',
    mend: 'Switch the retries of the SDK off: vibe does all retrying, shows it, and counts it.',
    run: async ({dialect, serve}) => {
      for (const status of [500, 429]) {
        const {ask, chats} = await serve(() =>
          refusal(dialect(), {status, message: 'busy', headers: {'retry-after': '0'}}),
        )
        failed(await ask())
        same(chats().length, 1, `after a ${status}, the number of requests`)
      }
    },
  },
  {
    id: 'key-in-error',
    title: 'a key that the service repeats is not in the error',
    mend: "Take the key out of the service's words before they become a message, hint or cause.",
    run: async ({dialect, serve, hasKey}) => {
      if (!hasKey) throw new Skip('it is used without a key')
      const {ask} = await serve(() =>
        refusal(dialect(), {status: 401, message: `Incorrect API key provided: ${TEST_KEY}`}),
      )
      const error = failed(await ask())
      const told = [error.message, error.hint, error.stack, String(error.cause), JSON.stringify(error)].join('\n')
      demand(!told.includes(TEST_KEY), 'an error without the key', error.message)
    },
  },
]

function statusScenario({status, codes, retryable, says}: Status): Scenario {
  return {
    id: `error-${status}`,
    title: `a ${status} becomes ${codes.join(' or ')}, with the service's words`,
    mend: 'Use classifyStatus of vibe-plugin-api where the body says nothing better, and keep its message.',
    run: async ({dialect, serve}) => {
      const message = says ?? `Refused on purpose with ${status}`
      const {ask} = await serve(() => refusal(dialect(), {status, message}))
      const error = failed(await ask(), ...codes)
      same({status: error.status, retryable: error.retryable}, {status, retryable}, 'the error')
      demand(error.message.includes(message), `the service's words, "${message}"`, error.message)
    },
  }
}

type Wait = {headers: Record<string, string>; from: number; to: number}

function waiting(id: string, form: string, wait: () => Wait): Scenario {
  return {
    id,
    title: `how long to wait is told, given as ${form}`,
    mend: 'Read Retry-After with parseRetryAfter of vibe-plugin-api into retryAfterMs.',
    run: async ({dialect, serve}) => {
      const {headers, from, to} = wait()
      const {ask} = await serve(() => refusal(dialect(), {status: 429, message: 'Slow down', headers}))
      const {retryAfterMs} = failed(await ask(), 'rate-limited')
      const fits = retryAfterMs !== undefined && retryAfterMs >= from && retryAfterMs <= to
      demand(fits, `retryAfterMs from ${from} to ${to}`, String(retryAfterMs))
    },
  }
}
