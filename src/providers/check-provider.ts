import {ProviderError, type ChatEvent, type ModelInfo, type Price, type Usage} from 'vibe-plugin-api'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {describeProviderError, exitForProviderError} from './exit-code.ts'
import {costOf} from './price.ts'
import {asProviderError} from './stream-errors.ts'
import type {OpenedProvider, ResolvedInstance} from './types.ts'

/** What one tiny real call showed. */
export type CallReport = {
  model: string
  latencyMs: number
  usage: Usage
  /** USD; undefined when the price or the token counts are unknown, 0 only when the model is said to be free. */
  costUsd?: number
}

const CALL_MS = 5_000
/** A local server may have to load the model from disk before its first word. */
const LOCAL_CALL_MS = 30_000
const LIST_MS = 5_000
const OUTPUT_TOKENS = 16

/**
 * Finds the key before anything is connected or loaded: what a plugin makes of its absence is less clear.
 * @throws VibeError (exit 4) that says where it was looked for
 */
export async function ensureKey({credential}: ResolvedInstance, signal: AbortSignal): Promise<void> {
  await credential(signal)
}

/**
 * Sends one request of a few words and waits for the end of its answer. Costs at most 16 output tokens.
 * @param options.timeoutMs milliseconds for the whole call; by default 5 s, 30 s for a local address
 * @throws VibeError: exit 4 for a refused key, 5 for a service that is not reachable or does not answer in time, 3 for a wrong model
 */
export async function tryCall(
  opened: OpenedProvider,
  model: string,
  options: {signal: AbortSignal; timeoutMs?: number; models?: readonly ModelInfo[]},
): Promise<CallReport> {
  const {instance, provider} = opened
  const started = performance.now()
  const timeoutMs = options.timeoutMs ?? (instance.local ? LOCAL_CALL_MS : CALL_MS)
  const usage = await guarded(instance, {signal: options.signal, timeoutMs}, async (signal) => {
    const request = {
      model,
      messages: [{role: 'user' as const, content: [{type: 'text' as const, text: 'Answer with one word: ready'}]}],
      maxOutputTokens: OUTPUT_TOKENS,
    }
    return drain(provider.chat(request, {signal, headers: instance.headers}))
  })
  const price = priceOf(model, options.models ?? [], instance)
  const costUsd = costOf(usage, price)
  return {model, latencyMs: performance.now() - started, usage, ...(costUsd !== undefined && {costUsd})}
}

/**
 * The service's own list of models, chat models only.
 * @returns undefined when this provider or service cannot list models
 * @throws VibeError as `tryCall` does
 */
export async function askModels(opened: OpenedProvider, signal: AbortSignal): Promise<ModelInfo[] | undefined> {
  const {instance, provider} = opened
  const list = provider.listModels?.bind(provider)
  if (!list) return undefined
  const models = await guarded(instance, {signal, timeoutMs: LIST_MS}, (timed) =>
    list({signal: timed, headers: instance.headers}),
  ).catch(unlessUnsupported)
  if (models === undefined) return undefined
  const catalog = instance.entry.manifest.models.catalog ?? []
  return models
    .filter((model) => model.kind === 'chat')
    .map((model) => ({...catalog.find((known) => known.id === model.id), ...model}))
}

/** Many compatible services answer chats and know no list: that says nothing about the key or the network. */
function unlessUnsupported(error: unknown): undefined {
  if (error instanceof VibeError && error.exit === ExitCode.notSetUp) return undefined
  throw error
}

/**
 * Asks the provider's own cheap check of endpoint and key.
 * @throws VibeError as `tryCall` does
 */
export async function tryConnection(
  opened: OpenedProvider,
  signal: AbortSignal,
): Promise<{latencyMs: number; account?: string}> {
  const {instance, provider} = opened
  const report = await guarded(instance, {signal, timeoutMs: CALL_MS}, (timed) =>
    provider.validateConnection({signal: timed, headers: instance.headers}),
  )
  if (!report.ok) throw providerFailure(new ProviderError(report.error), instance)
  return {latencyMs: report.latencyMs, ...(report.account !== undefined && {account: report.account})}
}

/** A provider's failure as what the user can do about it, with the exit code that tells a script which kind it is. */
export function providerFailure(error: ProviderError, instance: ResolvedInstance): VibeError {
  return new VibeError({...describeProviderError(error, {instance}), exit: exitForProviderError(error)}, {cause: error})
}

function priceOf(model: string, listed: readonly ModelInfo[], {entry}: ResolvedInstance): Price | undefined {
  const find = (models: readonly ModelInfo[]) => models.find((known) => known.id === model)?.price
  return find(listed) ?? find(entry.manifest.models.catalog ?? [])
}

async function drain(events: AsyncIterable<ChatEvent>): Promise<Usage> {
  for await (const event of events) {
    if (event.type === 'response-end') return event.usage
  }
  throw new Error('The answer ended before it was complete.')
}

type Guard = {signal: AbortSignal; timeoutMs: number}

/** Runs a provider's call under a timer that also ends calls of providers that ignore their signal. */
async function guarded<Result>(
  instance: ResolvedInstance,
  {signal, timeoutMs}: Guard,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (signal.aborted) throw interrupted(signal)
  const tooLate = new AbortController()
  // AbortSignal.timeout would let the process end while a plugin that holds nothing open is waited for.
  const timer = setTimeout(() => tooLate.abort(), timeoutMs)
  const both = AbortSignal.any([signal, tooLate.signal])
  const ended = Promise.withResolvers<never>()
  const onAbort = () => ended.reject(both.reason)
  both.addEventListener('abort', onAbort, {once: true})
  ended.promise.catch(() => undefined) // The race below may already be over when the timer fires.
  try {
    return await Promise.race([call(both), ended.promise])
  } catch (error) {
    if (signal.aborted) throw interrupted(signal)
    if (tooLate.signal.aborted) throw tooSlow(instance, timeoutMs)
    if (error instanceof VibeError) throw error
    const context = {plugin: instance.entry.plugin.name, endpoint: instance.endpoint, aborted: false}
    throw providerFailure(asProviderError(error, context), instance)
  } finally {
    clearTimeout(timer)
    both.removeEventListener('abort', onAbort)
  }
}

function tooSlow(instance: ResolvedInstance, timeoutMs: number): VibeError {
  const message = `${instance.entry.manifest.name} gave no whole answer within ${timeoutMs / 1000} s.`
  return providerFailure(new ProviderError({code: 'timeout', message, retryable: true}), instance)
}

function interrupted({reason}: AbortSignal): VibeError {
  if (reason instanceof VibeError) return reason
  return new VibeError({code: 'interrupted', message: 'Interrupted.', exit: ExitCode.interrupted})
}
