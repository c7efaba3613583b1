import {type ChatEvent, type ChatRequest, ProviderError, type Warning} from 'vibe-plugin-api'
import {asProviderError} from './stream-errors.ts'
import {StreamGuard} from './stream-guard.ts'
import type {StreamLimits} from './stream-limits.ts'
import {StreamWatch} from './stream-watch.ts'
import type {OpenedProvider} from './types.ts'

/** How long a provider may take to let go; then it is left behind. Short, since an abort must be felt within 100 ms. */
const GRACE_MS = 50
/** A provider that never waits would keep timers and Ctrl-C from ever being seen. */
const BREATH_MS = 20
const PULLS_PER_CLOCK_READ = 64

export type Attempt = {
  opened: OpenedProvider
  request: ChatRequest
  signal: AbortSignal
  limits: StreamLimits
  deadline: number
  onWarning?: (warning: Warning) => void
  /** Set as soon as something was given out that a reader can see. */
  progress: {visible: boolean}
}

type Source = {
  watch: StreamWatch
  guard: StreamGuard
  pulls: number
  breathed: number
  iterator?: AsyncIterator<unknown>
}

/** Asks the provider once. Nothing comes out before something visible does, so that a failure before it leaves no trace. */
export async function* attemptChat(attempt: Attempt): AsyncGenerator<ChatEvent> {
  const {opened, limits, signal, deadline, progress, onWarning = () => undefined} = attempt
  const {endpoint, local, entry} = opened.instance
  const plugin = entry.plugin.name
  const source: Source = {
    watch: new StreamWatch({limits, endpoint, local, signal, deadline}),
    guard: new StreamGuard({plugin, maxTextBytes: limits.maxTextBytes, onWarning}),
    pulls: 0,
    breathed: performance.now(),
  }
  const held: ChatEvent[] = []
  try {
    while (!source.guard.ended) {
      for (const event of await nextEvents(attempt, source)) {
        held.push(event)
        if (!progress.visible && !isVisible(event)) continue
        if (!progress.visible) source.watch.visible()
        progress.visible = true
        for (const ready of held.splice(0)) yield ready
      }
    }
  } catch (error) {
    throw asProviderError(error, {plugin, endpoint, aborted: signal.aborted})
  } finally {
    source.watch.close()
    await letGo(source)
  }
}

/**
 * What the guard lets through of the next events: at least one, or none when the answer is over.
 * @throws ProviderError `stream-interrupted` when the plugin's stream ends without a terminal event
 */
async function nextEvents(attempt: Attempt, source: Source): Promise<ChatEvent[]> {
  const {watch, guard} = source
  while (!guard.ended) {
    if (++source.pulls % PULLS_PER_CLOCK_READ === 0) await breathe(source)
    const step = await watch.next(() => (source.iterator ??= openStream(attempt, watch)).next())
    if (step.done) throw interrupted(attempt.opened.instance.endpoint)
    watch.activity()
    const events = guard.accept(step.value)
    if (events.length > 0) return events
  }
  return []
}

function openStream({opened, request}: Attempt, watch: StreamWatch): AsyncIterator<unknown> {
  const {headers} = opened.instance
  const stream = opened.provider.chat(request, {signal: watch.signal, headers, onActivity: watch.activity})
  return stream[Symbol.asyncIterator]()
}

function isVisible(event: ChatEvent): boolean {
  switch (event.type) {
    case 'text-delta':
    case 'reasoning-delta':
      return event.text !== ''
    case 'tool-call-delta':
      return event.inputText !== ''
    default:
      return event.type === 'tool-call-end' || event.type === 'response-end'
  }
}

/** Closes the provider's stream. One that does not react is abandoned, and what it throws later concerns nobody. */
async function letGo({watch, guard, iterator}: Source): Promise<void> {
  // An answer that came whole is not aborted at once: its connection can serve the next request.
  if (!guard.ended) watch.abort()
  if (!iterator?.return) return
  let timer: NodeJS.Timeout | undefined
  const grace = new Promise((resolve) => (timer = setTimeout(resolve, GRACE_MS)))
  const close = async () => void (await iterator.return?.())
  await Promise.race([close().catch(() => undefined), grace])
  clearTimeout(timer)
  watch.abort()
}

async function breathe(source: Source): Promise<void> {
  if (performance.now() - source.breathed < BREATH_MS) return
  await new Promise((resolve) => setImmediate(resolve))
  source.breathed = performance.now()
}

function interrupted(endpoint: string): ProviderError {
  return new ProviderError({
    code: 'stream-interrupted',
    message: `The answer from ${endpoint} broke off before its end.`,
    retryable: true,
  })
}
