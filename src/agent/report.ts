import {isProviderError} from 'vibe-plugin-api'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {describeProviderError, exitForProviderError} from '../providers/exit-code.ts'
import type {AgentEvent, ResultStatus} from './events.ts'
import type {TurnOptions} from './turn.ts'

/** The `error` event for a failure, none when the user stopped the work. @throws what is a bug of ours */
export function reportOf(error: unknown, options: TurnOptions): AgentEvent | undefined {
  if (options.signal.aborted) {
    if (!isTimeout(options.signal)) return undefined
    return {
      type: 'error',
      code: 'limit-reached',
      message: `The time limit of ${seconds(options)} s is reached.`,
      hint: 'Raise it with --timeout.',
      retryable: false,
    }
  }
  if (isProviderError(error)) {
    return {
      type: 'error',
      retryable: error.retryable,
      ...describeProviderError(error, {instance: options.opened.instance}),
    }
  }
  if (error instanceof VibeError) {
    const {code, message, origin, hint} = error
    return {type: 'error', code, message, ...(origin ? {origin} : {}), ...(hint ? {hint} : {}), retryable: false}
  }
  throw error
}

/** Status and exit code of the run. A refused approval counts only when nothing worse happened. */
export function outcomeOf(
  failure: unknown,
  run: {options: TurnOptions; unanswered: boolean},
): {status: ResultStatus; exit: number} {
  const {signal} = run.options
  if (failure === undefined)
    return run.unanswered ? {status: 'denied', exit: ExitCode.needsApproval} : {status: 'ok', exit: ExitCode.done}
  if (signal.aborted)
    return isTimeout(signal)
      ? {status: 'limit', exit: ExitCode.limit}
      : {status: 'interrupted', exit: ExitCode.interrupted}
  const exit = isProviderError(failure)
    ? exitForProviderError(failure)
    : failure instanceof VibeError
      ? failure.exit
      : ExitCode.bug
  return {status: exit === ExitCode.limit ? 'limit' : 'error', exit}
}

function isTimeout(signal: AbortSignal): boolean {
  const reason: unknown = signal.reason
  return reason instanceof DOMException && reason.name === 'TimeoutError'
}

function seconds(options: TurnOptions): number {
  return Math.round((options.limits.timeoutMs ?? 0) / 1000)
}
