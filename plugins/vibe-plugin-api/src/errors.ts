export type ProviderErrorCode =
  | 'auth-missing'
  | 'auth-invalid'
  | 'auth-expired'
  | 'permission-denied'
  | 'model-not-found'
  | 'invalid-request'
  | 'unsupported'
  | 'context-overflow'
  | 'content-blocked'
  | 'rate-limited'
  | 'quota-exhausted'
  | 'overloaded'
  | 'server-error'
  | 'network'
  | 'tls'
  | 'timeout'
  | 'stream-interrupted'
  | 'bad-response'
  | 'aborted'
  | 'unknown'

export type ProviderErrorShape = {
  code: ProviderErrorCode
  /** What happened, in one sentence, with the service's own words where it gave any. */
  message: string
  /** One sentence the user can act on. */
  hint?: string
  /** Whether the same request may succeed later. The core retries only before the first visible output. */
  retryable: boolean
  retryAfterMs?: number
  status?: number
  requestId?: string
}

const BRAND = Symbol.for('vibe.provider-error')

export class ProviderError extends Error implements ProviderErrorShape {
  readonly [BRAND] = true
  readonly code: ProviderErrorCode
  readonly hint?: string
  readonly retryable: boolean
  readonly retryAfterMs?: number
  readonly status?: number
  readonly requestId?: string

  constructor(shape: ProviderErrorShape, options?: ErrorOptions) {
    super(shape.message, options)
    this.name = 'ProviderError'
    this.code = shape.code
    this.retryable = shape.retryable
    if (shape.hint !== undefined) this.hint = shape.hint
    if (shape.retryAfterMs !== undefined) this.retryAfterMs = shape.retryAfterMs
    if (shape.status !== undefined) this.status = shape.status
    if (shape.requestId !== undefined) this.requestId = shape.requestId
  }
}

/** Works across duplicate copies of this package, where instanceof does not. */
export function isProviderError(error: unknown): error is ProviderError {
  return typeof error === 'object' && error !== null && (error as Record<symbol, unknown>)[BRAND] === true
}

/**
 * The code and retryability that an HTTP status alone suggests. A body may say better (context overflow hides in 400
 * and 413, an exhausted quota in 429): look there first.
 */
export function classifyStatus(status: number): Pick<ProviderErrorShape, 'code' | 'retryable' | 'status'> {
  const code: ProviderErrorCode =
    status === 401
      ? 'auth-invalid'
      : status === 402
        ? 'quota-exhausted'
        : status === 403
          ? 'permission-denied'
          : status === 404
            ? 'model-not-found'
            : status === 408
              ? 'timeout'
              : status === 413
                ? 'context-overflow'
                : status === 429
                  ? 'rate-limited'
                  : status === 503 || status === 529
                    ? 'overloaded'
                    : status >= 500
                      ? 'server-error'
                      : status >= 400
                        ? 'invalid-request'
                        : 'bad-response'
  return {code, status, retryable: status === 408 || status === 409 || status === 429 || status >= 500}
}

/**
 * @param value a Retry-After header: seconds or an HTTP date
 * @returns milliseconds from `now`, undefined when the header is absent or unreadable
 */
export function parseRetryAfter(value: string | null | undefined, now = Date.now()): number | undefined {
  if (!value) return undefined
  const seconds = Number(value)
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}
