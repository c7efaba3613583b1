import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'

const OFFLINE_CODE = 'offline'
/** Libraries wrap connection errors a few times; a longer chain is a loop. */
const DEEPEST_CAUSE = 10

/** @param target what was to be reached: a URL's origin, a host with its port */
export function offlineError(target: string): VibeError {
  return new VibeError({
    code: OFFLINE_CODE,
    message: `Offline mode is on, and ${target} is not a local address.`,
    hint: 'Use a provider on this machine or your own network, or switch it off: vibe config:set offlineMode false',
    exit: ExitCode.notSetUp,
  })
}

/** The refusal of offline mode inside an error that a library made of it. */
export function offlineErrorIn(error: unknown): VibeError | undefined {
  let cause = error
  for (let depth = 0; depth < DEEPEST_CAUSE && cause instanceof Error; depth++) {
    if (cause instanceof VibeError && cause.code === OFFLINE_CODE) return cause
    cause = cause instanceof AggregateError && cause.cause === undefined ? cause.errors[0] : cause.cause
  }
  return undefined
}
