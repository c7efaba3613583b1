import {classifyStatus, type ProviderErrorCode, type ProviderErrorShape} from 'vibe-plugin-api'
import type {ErrorBody} from './error-body.ts'

type Verdict = Pick<ProviderErrorShape, 'code' | 'retryable'>
type Facts = {status?: number; body: ErrorBody; waitNamed: boolean; keySent: boolean}
type Rule = {code: ProviderErrorCode; retryable?: true; when: (facts: Facts, words: string, code: string) => boolean}

const TOO_LONG =
  /context[_ ](length|size|window|limit)|maximum context|prompt is too long|input is too long|input length|too many (input |prompt )?tokens|reduce the length|max_prompt_tokens|exceeds? the (model|available|maximum)|maximum (input|prompt)|token limit/
const NO_QUOTA =
  /insufficient (quota|balance|credit|funds)|exceeded your current quota|billing|out of credits?|payment required|spending limit/
const NO_MODEL =
  /not.{0,3}found|does not exist|do not have access to it|unknown model|invalid model|no such model|not a valid model|not supported|unavailable model/
const BAD_KEY =
  /(invalid|incorrect|wrong|missing).{0,20}api[ _-]?key|api[ _-]?key.{0,30}(invalid|not valid|incorrect|missing|required)/
const BLOCKED = /content[_ ](filter|policy|management)|moderation|responsible ?ai|flagged|safety (policy|system|filter)/
const OVERLOADED =
  /overload|at capacity|no available (worker|server|channel)|model is (currently )?loading|loading model/

const RULES: readonly Rule[] = [
  {
    code: 'context-overflow',
    when: ({status}, words, code) =>
      status !== 429 &&
      isBadInput(status) &&
      (/context_length|exceed_context|string_above_max_length/.test(code) || TOO_LONG.test(words)),
  },
  {
    code: 'quota-exhausted',
    when: ({status}, _words, code) =>
      code === 'insufficient_quota' || code === 'billing_hard_limit_reached' || status === 402,
  },
  {
    code: 'quota-exhausted',
    when: ({status, waitNamed}, words) => (status === 429 || status === 403) && !waitNamed && NO_QUOTA.test(words),
  },
  {
    code: 'rate-limited',
    retryable: true,
    when: ({status}, words, code) =>
      status === 429 || /rate_limit/.test(code) || (status === undefined && /rate limit/.test(words)),
  },
  {
    code: 'content-blocked',
    when: ({status}, words, code) =>
      /content_(filter|policy)|moderation/.test(code) || ((status === 400 || status === 403) && BLOCKED.test(words)),
  },
  {code: 'auth-missing', when: ({status, keySent}) => status === 401 && !keySent},
  {code: 'auth-expired', when: ({status}, words, code) => status === 401 && /expired/.test(`${code} ${words}`)},
  {
    code: 'auth-invalid',
    when: ({status}, words, code) =>
      status === 401 ||
      code === 'invalid_api_key' ||
      ((status === 400 || status === 403 || status === undefined) && BAD_KEY.test(words)),
  },
  {
    code: 'model-not-found',
    when: (_facts, _words, code) => /model_not_found|model_not_available|unknown_model/.test(code),
  },
  {
    code: 'model-not-found',
    when: ({status}, words) =>
      (status === 400 || status === 404 || status === 422) && /model/.test(words) && NO_MODEL.test(words),
  },
  // The service cut off a call that its model wrote badly; the next attempt most often is well formed.
  {code: 'bad-response', retryable: true, when: (_facts, _words, code) => /tool_use_failed/.test(code)},
  {code: 'unsupported', when: (_facts, _words, code) => /unsupported_(parameter|value)/.test(code)},
  {
    code: 'overloaded',
    retryable: true,
    when: ({status}, words, code) =>
      status === 529 ||
      /overloaded|slow_down/.test(code) ||
      ((status === undefined || status >= 500) && OVERLOADED.test(words)),
  },
  {
    code: 'server-error',
    retryable: true,
    when: ({status}, _words, code) => status === undefined && /server_error|internal/.test(code),
  },
  {code: 'invalid-request', when: ({status}) => status === 404},
  {
    code: 'invalid-request',
    when: ({status}, _words, code) => status === undefined && /invalid_request|bad_request|invalid_prompt/.test(code),
  },
]

/**
 * Decides what an error means: first by the service's own words, then by the status.
 * @param facts `status` is absent for an error inside a stream that began with 200
 */
export function classify(facts: Facts): Verdict {
  const words = (facts.body.message ?? '').toLowerCase()
  const code = `${facts.body.code ?? ''} ${facts.body.type ?? ''}`.toLowerCase().trim()
  const parts = code.split(' ')
  for (const rule of RULES) {
    if (rule.when(facts, words, code) || parts.some((part) => rule.when(facts, words, part))) {
      return {code: rule.code, retryable: rule.retryable ?? false}
    }
  }
  if (facts.status === undefined) return {code: 'server-error', retryable: true}
  const {code: plain, retryable} = classifyStatus(facts.status)
  return {code: plain, retryable}
}

function isBadInput(status: number | undefined): boolean {
  return status === undefined || status === 400 || status === 413 || status === 422 || status === 500
}
