import {isProviderError, type ChatEvent, type ChatRequest, type ToolCallEnd, type Usage} from 'vibe-plugin-api'
import {providerFailure} from '../check-provider.ts'
import type {OpenedProvider} from '../types.ts'
import {streamChat, type RetryNotice} from '../stream.ts'

/** Enough for the longest answer that is asked for, and for a few words of thought before it. */
const OUTPUT_TOKENS = 256
/**
 * Characters of text, thought and calls together, several times what 256 tokens can be. Some services pay no heed to the
 * limit of tokens: what they send beyond this is not waited for, and mostly not billed.
 */
const MAX_CHARACTERS = 10_000
const STEP_MS = 30_000
/** A local server may load the model first, and writes a few words a second. */
const LOCAL_STEP_MS = 120_000

/** What one small request showed. */
export type Reply = {
  text: string
  calls: ToolCallEnd[]
  usage: Usage
  /** In how many pieces the answer came. */
  pieces: number
  /** Milliseconds to the first of them; undefined when there was none. */
  firstMs: number | undefined
  /** The output limit cut it. */
  cut: boolean
  /** It went on beyond the limit and was not heard to its end. */
  stopped: boolean
}

export type Asking = {opened: OpenedProvider; model: string; signal: AbortSignal}

/** After these no further request would show anything else. */
const FATAL: ReadonlySet<string> = new Set([
  'auth-missing',
  'auth-invalid',
  'auth-expired',
  'permission-denied',
  'quota-exhausted',
  'model-not-found',
  'network',
  'tls',
  'aborted',
])

/**
 * Sends one request of at most 256 output tokens under a timer of its own.
 * @throws ProviderError as the service fails
 */
export async function ask({opened, model, signal}: Asking, request: Omit<ChatRequest, 'model'>): Promise<Reply> {
  const started = performance.now()
  const ms = opened.instance.local ? LOCAL_STEP_MS : STEP_MS
  const reply: Reply = {text: '', calls: [], usage: {}, pieces: 0, firstMs: undefined, cut: false, stopped: false}
  const call = {
    opened,
    request: {...request, model, maxOutputTokens: OUTPUT_TOKENS},
    signal,
    limits: {firstByteMs: ms, totalMs: ms},
  }
  let characters = 0
  for await (const event of streamChat(call)) {
    characters += lengthOf(event)
    if ((event.type === 'text-delta' || event.type === 'reasoning-delta') && event.text !== '') {
      reply.pieces++
      reply.firstMs ??= performance.now() - started
      if (event.type === 'text-delta') reply.text += event.text
    } else if (event.type === 'tool-call-end') reply.calls.push(event)
    else if (event.type === 'response-end') {
      reply.usage = event.usage
      reply.cut = event.stopReason === 'max-output'
    }
    if (characters <= MAX_CHARACTERS) continue
    reply.cut = true
    reply.stopped = true
    break
  }
  return reply
}

function lengthOf(event: ChatEvent | RetryNotice): number {
  if (event.type === 'text-delta' || event.type === 'reasoning-delta') return event.text.length
  return event.type === 'tool-call-delta' ? event.inputText.length : 0
}

/**
 * What a failed request means for a measurement: that the service does not do it, or that nobody knows.
 * @throws VibeError when no further request could show more: a refused key, no network, no such model
 */
export function failureOf(error: unknown, {opened}: Asking): {refused: boolean; why: string} {
  if (!isProviderError(error)) throw error
  if (FATAL.has(error.code)) throw providerFailure(error, opened.instance)
  return {refused: error.code === 'invalid-request' || error.code === 'unsupported', why: shortened(error.message)}
}

export function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > 160 ? `${line.slice(0, 160)}…` : line
}
