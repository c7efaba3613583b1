import {classifyStatus, type ProviderErrorCode, type ProviderErrorShape} from 'vibe-plugin-api'

/** What the service says about a request that it refused. */
export type Refusal = {status: number | undefined; type: string | undefined; words: string; keySent: boolean}

const BY_TYPE: Record<string, [ProviderErrorCode, boolean]> = {
  authentication_error: ['auth-invalid', false],
  permission_error: ['permission-denied', false],
  billing_error: ['quota-exhausted', false],
  not_found_error: ['model-not-found', false],
  request_too_large: ['context-overflow', false],
  rate_limit_error: ['rate-limited', true],
  overloaded_error: ['overloaded', true],
  timeout_error: ['timeout', true],
  api_error: ['server-error', true],
  invalid_request_error: ['invalid-request', false],
}

/** Kinds of refusal that have no type of their own and are told by their words. */
const BY_WORDS: Array<[RegExp, ProviderErrorCode]> = [
  [
    /prompt is too long|too many (input )?tokens|context (window|length|limit)|exceeds? the maximum (number of tokens|context)/i,
    'context-overflow',
  ],
  [
    /credit balance|spend(ing)? limit|usage limits?\b|insufficient.(quota|balance|credit)|exceeded your current quota/i,
    'quota-exhausted',
  ],
  [/content filter|blocked by .*polic|output blocked/i, 'content-blocked'],
]

/** @returns what a refusal means: its words where they say more than its type, its type, else its status */
export function classify({status, type, words, keySent}: Refusal): Pick<ProviderErrorShape, 'code' | 'retryable'> {
  const byStatus = classifyStatus(status ?? 0)
  const [code, retryable] =
    BY_TYPE[type ?? ''] ??
    (status === undefined ? (['server-error', true] as const) : [byStatus.code, byStatus.retryable])
  if (code === 'invalid-request' || code === 'rate-limited' || code === 'permission-denied') {
    const told = BY_WORDS.find(([pattern]) => pattern.test(words))?.[1]
    // A limit on tokens a minute passes by itself; it must not be taken for a prompt that is too long.
    if (told !== undefined && !(code === 'rate-limited' && told === 'context-overflow'))
      return {code: told, retryable: false}
  }
  if (code === 'auth-invalid' && !keySent) return {code: 'auth-missing', retryable: false}
  return {code, retryable}
}

const HINTS: Partial<Record<ProviderErrorCode, string>> = {
  'auth-missing': 'Give a key with: vibe provider:update {instance} --key-stdin',
  'auth-invalid': 'Check the key, or give another with: vibe provider:update {instance} --key-stdin',
  'permission-denied': 'The key may not use this model or feature; ask the owner of the account.',
  'model-not-found': 'See what there is with: vibe model:list. If the endpoint is your own, check its address.',
  'quota-exhausted': 'Add credit or raise the limit in the account of the service.',
  'context-overflow': 'Send less: start a new session, or leave out large files.',
  'rate-limited': 'Wait a little, or use another model.',
  overloaded: 'Try again in a moment, or use another model.',
  network: 'Check the connection, the endpoint and the proxy settings.',
  tls: 'Check the certificate of the endpoint; NODE_EXTRA_CA_CERTS names the file with an authority of your own.',
}

/**
 * @param instance the user's name for the provider
 * @returns one sentence the user can act on, where there is one
 */
export function hintFor(code: ProviderErrorCode, instance: string): {hint?: string} {
  const hint = HINTS[code]
  return hint === undefined ? {} : {hint: hint.replace('{instance}', instance)}
}
