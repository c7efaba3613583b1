import {ProviderError} from 'vibe-plugin-api'

/**
 * How long one answer may take, in milliseconds, and how big it may get. The connection itself is timed by who opens it
 * (`net/fetch.ts` and got, 10 s each): from here a slow connect looks like a slow first byte.
 */
export type StreamLimits = {
  /** From the request until anything arrives. */
  firstByteMs: number
  /** Silence on the wire afterwards. */
  idleMs: number
  /** The whole call with its retries. */
  totalMs: number
  /** UTF-8 bytes of text, reasoning and tool input in one answer. */
  maxTextBytes: number
}

/** Services answer the headers at once or queue the request; a minute of nothing means that it is lost. */
const REMOTE_FIRST_BYTE_MS = 60_000
/** A server on a laptop reads a long prompt, or loads the model from disk, for minutes before its first byte. */
const LOCAL_FIRST_BYTE_MS = 600_000
/** Twice the longest pause seen while a model thinks without sending a keep-alive. */
const IDLE_MS = 120_000
const TOTAL_MS = 1_800_000
/** A thousand times a long answer; what is bigger is an attack or a loop and would only fill the memory. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024

export function streamLimits(local: boolean, overrides: Partial<StreamLimits> = {}): StreamLimits {
  const firstByteMs = local ? LOCAL_FIRST_BYTE_MS : REMOTE_FIRST_BYTE_MS
  return {firstByteMs, idleMs: IDLE_MS, totalMs: TOTAL_MS, maxTextBytes: MAX_TEXT_BYTES, ...overrides}
}

export type TimerName = 'first-byte' | 'idle' | 'total'

const TIMER_WORDS: Record<TimerName, string> = {
  'first-byte': 'sent nothing',
  idle: 'fell silent in the middle of its answer',
  total: 'did not finish its answer',
}

/**
 * @param ended which timer ended, after how many milliseconds, at which endpoint
 * @param local a local server is not asked again: it would start the same slow work anew
 */
export function timeoutError(ended: {timer: TimerName; ms: number; endpoint: string}, local: boolean): ProviderError {
  const {timer, ms, endpoint} = ended
  return new ProviderError({
    code: 'timeout',
    message: `${endpoint} ${TIMER_WORDS[timer]} within ${duration(ms)} (${timer} timer).`,
    retryable: !local && timer !== 'total',
  })
}

/** "0.3 s", "60 s", "10 minutes". */
export function duration(ms: number): string {
  if (ms < 10_000) return `${Math.round(ms / 100) / 10} s`
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} minutes`
}
