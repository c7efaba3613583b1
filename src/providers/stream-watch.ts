import {ProviderError} from 'vibe-plugin-api'
import {type StreamLimits, type TimerName, timeoutError} from './stream-limits.ts'

/** Longer timers fire at once in Node. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

export type Watched = {
  limits: StreamLimits
  endpoint: string
  local: boolean
  /** The user's. */
  signal: AbortSignal
  /** The end of the whole call, on the clock of `performance.now()`. */
  deadline: number
}

/** Times one attempt. Silence counts only while somebody waits for the service: a slow reader is not a slow service. */
export class StreamWatch {
  readonly #watched: Watched
  readonly #controller = new AbortController()
  readonly #total: NodeJS.Timeout
  #failure: ProviderError | undefined
  #rejectNext: ((error: ProviderError) => void) | undefined
  #phase: 'first-byte' | 'prompt' | 'answer' = 'first-byte'
  #last = performance.now()
  #silence: NodeJS.Timeout | undefined
  /** A plugin may call `activity` long after the answer is over. */
  #closed = false

  constructor(watched: Watched) {
    this.#watched = watched
    const {limits, deadline, signal} = watched
    this.#total = setTimeout(
      () => this.#end('total', limits.totalMs),
      Math.min(deadline - this.#last, LONGEST_TIMER_MS),
    )
    signal.addEventListener('abort', this.#onAbort, {once: true})
    this.#arm(this.#limit())
    if (signal.aborted) this.#onAbort()
  }

  /** For the provider: aborts when the user aborts or a timer ends. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Bytes or an event arrived. */
  readonly activity = (): void => {
    this.#last = performance.now()
    if (this.#phase === 'first-byte') this.#enter('prompt')
  }

  /** The first visible output arrived: from now on the plain idle limit holds. */
  visible(): void {
    if (this.#phase !== 'answer') this.#enter('answer')
  }

  /** Runs `pull`, unless the user aborts or a timer ends first; then it rejects at once, whatever `pull` does. */
  next<T>(pull: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure)
      this.#last = performance.now()
      this.#rejectNext = reject
      const settle = () => (this.#rejectNext = undefined)
      Promise.resolve(pull()).then(
        (value) => (settle(), resolve(value)),
        (error: unknown) => (settle(), reject(error)),
      )
    })
  }

  /** Ends the provider's work. */
  abort(): void {
    this.#controller.abort()
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#silence)
    clearTimeout(this.#total)
    this.#watched.signal.removeEventListener('abort', this.#onAbort)
  }

  readonly #onAbort = (): void => this.#fail(abortedError())

  #end(timer: TimerName, ms: number): void {
    this.#fail(timeoutError({timer, ms, endpoint: this.#watched.endpoint}, this.#watched.local))
  }

  #fail(error: ProviderError): void {
    this.#failure ??= error
    // The waiting call is told first, so that a provider's own "aborted" never hides the reason.
    this.#rejectNext?.(this.#failure)
    this.#controller.abort(this.#failure)
  }

  #limit(): number {
    const {firstByteMs, idleMs} = this.#watched.limits
    if (this.#phase === 'first-byte') return firstByteMs
    // Some servers send headers at once and then read the prompt in silence: until something visible comes, the longer limit holds.
    return this.#phase === 'prompt' ? Math.max(firstByteMs, idleMs) : idleMs
  }

  #enter(phase: 'prompt' | 'answer'): void {
    this.#phase = phase
    this.#arm(this.#limit())
  }

  /** One timer that looks at the clock when it fires costs less than a new one for each of thousands of events. */
  #arm(ms: number): void {
    clearTimeout(this.#silence)
    if (this.#closed) return
    this.#silence = setTimeout(() => this.#check(), Math.min(ms, LONGEST_TIMER_MS))
  }

  #check(): void {
    const limit = this.#limit()
    const left = this.#rejectNext ? limit - (performance.now() - this.#last) : limit
    // Timers may fire a millisecond early.
    if (left <= 1) this.#end(this.#phase === 'first-byte' ? 'first-byte' : 'idle', limit)
    else this.#arm(left)
  }
}

export function abortedError(): ProviderError {
  return new ProviderError({code: 'aborted', message: 'The request was cancelled.', retryable: false})
}
