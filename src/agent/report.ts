import {isProviderError} from 'vibe-plugin-api'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {describeProviderError, exitForProviderError} from '../providers/exit-code.ts'
import type {ResolvedInstance} from '../providers/types.ts'
import type {ErrorEvent, ResultStatus} from './events.ts'

export type Failure = {
  error: unknown
  /** The signal the work ran under: what it threw after an abort tells nothing. */
  signal: AbortSignal
  /** For the message about a time limit. */
  timeoutMs: number | undefined
  instance?: ResolvedInstance
}

/** The `error` event for a failure; undefined when the user stopped the work. */
export function reportOf({error, signal, timeoutMs, instance}: Failure): ErrorEvent | undefined {
  if (signal.aborted) return isTimeout(signal) ? timeIsUp(timeoutMs) : undefined
  if (isProviderError(error) && instance)
    return {type: 'error', retryable: error.retryable, ...describeProviderError(error, {instance})}
  return errorEvent(error)
}

/** The `error` event for what was thrown: the sentence of a VibeError, the stack of a bug. */
export function errorEvent(error: unknown): ErrorEvent {
  if (error instanceof VibeError) {
    const {code, message, origin, hint} = error
    return {type: 'error', code, message, ...(origin ? {origin} : {}), ...(hint ? {hint} : {}), retryable: false}
  }
  if (isProviderError(error)) {
    const {code, message, hint, retryable} = error
    return {type: 'error', code, message, ...(hint ? {hint} : {}), retryable}
  }
  const {message, stack} = error instanceof Error ? error : new Error(String(error))
  return {
    type: 'error',
    code: 'bug',
    message,
    hint: 'This is a bug in vibe or in one of its plugins. Please report it with the stack and what "vibe doctor" says.',
    retryable: false,
    ...(stack === undefined ? {} : {stack}),
  }
}

/** Status and exit code of the run. A refused approval counts only when nothing worse happened. */
export function outcomeOf(
  failure: {error: unknown; signal: AbortSignal} | undefined,
  unanswered: boolean,
): {status: ResultStatus; exit: number} {
  if (!failure)
    return unanswered ? {status: 'denied', exit: ExitCode.needsApproval} : {status: 'ok', exit: ExitCode.done}
  const {error, signal} = failure
  if (signal.aborted)
    return isTimeout(signal)
      ? {status: 'limit', exit: ExitCode.limit}
      : {status: 'interrupted', exit: ExitCode.interrupted}
  const exit = exitFor(error)
  return {status: exit === ExitCode.limit ? 'limit' : 'error', exit}
}

export function exitFor(error: unknown): ExitCode {
  if (isProviderError(error)) return exitForProviderError(error)
  return error instanceof VibeError ? error.exit : ExitCode.bug
}

function isTimeout(signal: AbortSignal): boolean {
  const reason: unknown = signal.reason
  return reason instanceof DOMException && reason.name === 'TimeoutError'
}

function timeIsUp(timeoutMs: number | undefined): ErrorEvent {
  return {
    type: 'error',
    code: 'limit-reached',
    message: `The time limit of ${(timeoutMs ?? 0) / 1000} s is reached.`,
    hint: 'Raise it with --timeout.',
    retryable: false,
  }
}
