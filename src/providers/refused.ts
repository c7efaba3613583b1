const DEEPEST_CAUSE = 10

/** Whether nobody listens at the address: the system's own code, however deep a library buried it. */
export function isRefused(error: Error): boolean {
  let cause: unknown = error
  for (let depth = 0; depth < DEEPEST_CAUSE && cause instanceof Error; depth++) {
    if ('code' in cause && cause.code === 'ECONNREFUSED') return true
    cause = cause instanceof AggregateError && cause.cause === undefined ? cause.errors[0] : cause.cause
  }
  return error.message.includes('ECONNREFUSED')
}
