import type {ProviderErrorCode} from 'vibe-plugin-api'

const HINTS: Partial<Record<ProviderErrorCode, string>> = {
  'auth-missing': 'The service wants a key: run vibe provider:update NAME --key-stdin.',
  'auth-invalid': 'Check the key: run vibe provider:update NAME --key-stdin.',
  'auth-expired': 'The key has expired: make a new one and run vibe provider:update NAME --key-stdin.',
  'permission-denied': 'The key is known but may not do this; check its rights, the project and the region.',
  'model-not-found': 'Run vibe model:list to see which models this service has.',
  'context-overflow':
    'The conversation is longer than the model allows: shorten it or choose a model with a larger window.',
  'content-blocked': 'The service refused the content; say it in other words.',
  'rate-limited': 'Too many requests: wait, or choose another model or provider.',
  'quota-exhausted': 'The account has no credit left: top it up or choose another provider.',
  overloaded: 'The service is busy: try again shortly or choose another model.',
  'server-error': 'The service failed: try again, and look at its status page if it lasts.',
  'stream-interrupted': 'The connection ended before the answer was whole: try again.',
  'bad-response': 'Check the endpoint: it must be the base URL of the API, usually ending in /v1.',
  network: 'Check the endpoint, the connection and the proxy settings.',
  tls: 'Check the certificate of the service; for a private authority set NODE_EXTRA_CA_CERTS.',
}

/** @returns one sentence a person can act on, undefined where the message itself says all */
export function hintFor(code: ProviderErrorCode, status?: number): string | undefined {
  if (code === 'invalid-request' && status === 404) return HINTS['bad-response']
  return HINTS[code]
}
