import {ProviderError, type PullProgress} from 'vibe-plugin-api'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {providerFailure} from './check-provider.ts'
import {asProviderError} from './stream-errors.ts'
import {duration} from './stream-limits.ts'
import type {OpenedProvider, ResolvedInstance} from './types.ts'

export type PullReport = {
  provider: string
  type: string
  model: string
  /** What was fetched or was there already. */ sizeBytes?: number
}

export type PullOptions = {
  signal: AbortSignal
  onProgress: (progress: PullProgress) => void
  limits?: Partial<PullLimits>
}

/** Milliseconds without any change, which repeated lines are not. */
export type PullLimits = {
  /** While bytes are coming. */
  fetchingMs: number
  /** Before and after: looking a model up, or adding up tens of gigabytes on a slow disk. */
  otherMs: number
}

const LIMITS: PullLimits = {fetchingMs: 120_000, otherMs: 900_000}
const LONGEST_STATUS = 200

/**
 * Has a provider fetch a model, and reports each change. Ends within moments of an abort, whatever the provider does.
 * @throws VibeError: exit 3 when the provider cannot or there is no such model, 5 when it fails or nothing changes for
 * too long, 130 when aborted, with what is already there
 */
export async function pullModel(model: string, opened: OpenedProvider, options: PullOptions): Promise<PullReport> {
  const {instance, provider} = opened
  const {signal, onProgress} = options
  if (provider.pullModel === undefined) throw cannotPull(instance)
  if (signal.aborted) throw left(model, instance, undefined)
  const limits = {...LIMITS, ...options.limits}
  const stop = new AbortController()
  const timed = AbortSignal.any([signal, stop.signal])
  let last: PullProgress | undefined
  const steps = provider.pullModel(model, {signal: timed, headers: instance.headers})[Symbol.asyncIterator]()
  const watch = new Watch(timed)
  try {
    for (;;) {
      watch.start(isFetching(last) ? limits.fetchingMs : limits.otherMs, (ms) => stop.abort(stalled(instance, ms)))
      const step = await watch.first(steps.next())
      if (step.done) break
      const progress = cleaned(step.value)
      if (same(progress, last)) continue
      watch.renew()
      last = progress
      onProgress(progress)
    }
  } catch (error) {
    throw failureOf(error, {model, instance, last, signal, stop: stop.signal})
  } finally {
    watch.end()
    steps.return?.().catch(() => undefined) // Nobody waits for a provider that was left.
  }
  const {name, entry} = instance
  const size = last?.total
  return {provider: name, type: entry.manifest.id, model, ...(size !== undefined && {sizeBytes: size})}
}

/** Waits for the next step, a timer that only a change starts anew, and the signal, whichever is first. */
class Watch {
  readonly #aborted = Promise.withResolvers<never>()
  readonly #signal: AbortSignal
  readonly #onAbort = () => this.#aborted.reject(this.#signal.reason)
  #timer: NodeJS.Timeout | undefined

  constructor(signal: AbortSignal) {
    this.#signal = signal
    this.#aborted.promise.catch(() => undefined) // There may be no step that waits for it.
    signal.addEventListener('abort', this.#onAbort, {once: true})
    if (signal.aborted) this.#onAbort()
  }

  start(ms: number, onEnd: (ms: number) => void): void {
    this.#timer ??= setTimeout(() => onEnd(ms), ms)
  }

  renew(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  first<Value>(step: Promise<Value>): Promise<Value> {
    step.catch(() => undefined) // It may fail after the race is over.
    return Promise.race([step, this.#aborted.promise])
  }

  end(): void {
    this.renew()
    this.#signal.removeEventListener('abort', this.#onAbort)
  }
}

function isFetching(progress: PullProgress | undefined): boolean {
  return progress?.total !== undefined && (progress.completed ?? 0) < progress.total
}

/** Whatever a plugin yields: only what makes sense is shown. */
function cleaned(value: unknown): PullProgress {
  const {status, completed, total} = (value ?? {}) as Partial<Record<keyof PullProgress, unknown>>
  const words = typeof status === 'string' ? status.replace(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, LONGEST_STATUS) : ''
  const all = bytes(total)
  if (all === undefined) return {status: words}
  return {status: words, total: all, completed: Math.min(bytes(completed) ?? 0, all)}
}

function bytes(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

function same(one: PullProgress, other: PullProgress | undefined): boolean {
  return one.status === other?.status && one.completed === other.completed && one.total === other.total
}

type Ending = {
  model: string
  instance: ResolvedInstance
  last: PullProgress | undefined
  signal: AbortSignal
  stop: AbortSignal
}

function failureOf(error: unknown, {model, instance, last, signal, stop}: Ending): VibeError {
  if (signal.aborted) return left(model, instance, last)
  if (stop.aborted && stop.reason instanceof VibeError) return stop.reason
  if (error instanceof VibeError) return error
  const context = {plugin: instance.entry.plugin.name, endpoint: instance.endpoint, aborted: false}
  return providerFailure(asProviderError(error, context), {...instance, model})
}

function left(model: string, {name, entry}: ResolvedInstance, last: PullProgress | undefined): VibeError {
  const percent = last?.total ? Math.floor((100 * (last.completed ?? 0)) / last.total) : undefined
  const kept =
    percent === undefined ? 'Nothing was fetched yet.' : `The ${percent} % that ${entry.manifest.name} has are kept.`
  return new VibeError({
    code: 'interrupted',
    message: `Stopped fetching ${model}. ${kept}`,
    hint: `go on later: vibe model:pull ${model} --provider ${name}`,
    exit: ExitCode.interrupted,
  })
}

function stalled(instance: ResolvedInstance, ms: number): VibeError {
  const message = `${instance.entry.manifest.name} made no progress within ${duration(ms)}`
  return providerFailure(new ProviderError({code: 'timeout', message, retryable: true}), instance)
}

function cannotPull({name, entry}: ResolvedInstance): VibeError {
  return new VibeError({
    code: 'unsupported',
    message: `${entry.manifest.name} cannot be told to fetch models.`,
    origin: `provider ${name}, ${entry.plugin.name}`,
    hint: 'vibe model:list shows what it has',
    exit: ExitCode.notSetUp,
  })
}
