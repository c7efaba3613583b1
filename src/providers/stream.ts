import {type ChatEvent, type ChatRequest, isProviderError, type Warning} from 'vibe-plugin-api'
import {type StreamLimits, streamLimits} from './stream-limits.ts'
import {attemptChat} from './stream-attempt.ts'
import {attemptsFor, retryDelay, waitFor} from './retry.ts'
import type {OpenedProvider} from './types.ts'

/** Said before each wait. `attempt` is the one that follows, from 2; `of` is how many there are at most. */
export type RetryNotice = {type: 'retry'; reason: string; attempt: number; of: number; seconds: number}

export type StreamCall = {
  opened: OpenedProvider
  request: ChatRequest
  signal: AbortSignal
  limits?: Partial<StreamLimits>
  /** A number in [0, 1), for the jitter of retries. */
  random?: () => number
  /** Told what the guard had to mend in the plugin's stream. */
  onWarning?: (warning: Warning) => void
}

/**
 * One answer of a model service, timed, guarded and repeated while nothing of it was visible yet. What a failed attempt
 * began is not shown: the events between retries always make one well-formed answer.
 * @throws ProviderError: what the plugin threw, `timeout`, `stream-interrupted`, `bad-response`, `aborted`, or `unknown` with the cause
 */
export async function* streamChat(call: StreamCall): AsyncGenerator<ChatEvent | RetryNotice> {
  const limits = streamLimits(call.opened.instance.local, call.limits)
  const deadline = performance.now() + limits.totalMs
  const random = call.random ?? Math.random
  for (let attempt = 1; ; attempt++) {
    const progress = {visible: false}
    try {
      yield* attemptChat({...call, limits, deadline, progress})
      return
    } catch (error) {
      if (progress.visible || !isProviderError(error) || error.code === 'aborted') throw error
      const ms = retryDelay({attempt, error}, random)
      // A wait that the total limit would cut is not begun.
      if (performance.now() + ms >= deadline) throw error
      yield {
        type: 'retry',
        reason: error.message,
        attempt: attempt + 1,
        of: attemptsFor(error),
        seconds: Math.ceil(ms / 100) / 10,
      }
      await waitFor(ms, call.signal)
    }
  }
}

export type {StreamLimits}
