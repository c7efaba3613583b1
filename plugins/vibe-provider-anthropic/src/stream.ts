import {
  ProviderError,
  type ChatEvent,
  type JsonObject,
  type StopReason,
  type Usage,
  type Warning,
} from 'vibe-plugin-api'
import {Blocks, type BlockSource} from './blocks.ts'
import {mergeUsage, usageOf} from './usage.ts'
import {isObject, objectAt, textAt, type Wire} from './wire.ts'

const STOP_REASONS: Record<string, StopReason> = {
  end_turn: 'end-turn',
  tool_use: 'tool-calls',
  max_tokens: 'max-output',
  model_context_window_exceeded: 'max-output',
  stop_sequence: 'stop-sequence',
  pause_turn: 'paused',
  refusal: 'refusal',
}

/**
 * The service's events as the contract's.
 * @throws ProviderError `stream-interrupted` when the stream ends before the message does
 */
export async function* chatEvents(
  source: AsyncIterable<unknown>,
  how: BlockSource & {warnings: Warning[]},
): AsyncGenerator<ChatEvent> {
  const blocks = new Blocks(how)
  let started = false
  let counted = false
  let usage: Wire = {}
  let last: Wire = {}
  for await (const event of source) {
    if (!isObject(event)) continue
    const {type} = event
    if (!started) yield responseStart(objectAt(event, 'message'), how.warnings)
    started = true
    if (type === 'message_start') {
      usage = mergeUsage(usage, objectAt(objectAt(event, 'message'), 'usage'))
      if (Object.keys(usage).length > 0) yield {type: 'usage-update', usage: usageOf(usage, false)}
    } else if (type === 'content_block_start') yield* blocks.start(event)
    else if (type === 'content_block_delta') yield* blocks.delta(event)
    else if (type === 'content_block_stop') yield* blocks.stop(event)
    else if (type === 'message_delta') {
      const counts = objectAt(event, 'usage')
      counted ||= 'output_tokens' in counts
      usage = mergeUsage(usage, counts)
      last = {...last, ...objectAt(event, 'delta')}
    } else if (type === 'message_stop') {
      yield* blocks.stopAll()
      const end = {usage: usageOf(usage, counted), providerId: how.providerId, hasCalls: blocks.hasCalls}
      yield responseEnd(last, end)
      return
    }
  }
  throw new ProviderError({
    code: 'stream-interrupted',
    message: started ? 'The connection ended before the answer did.' : 'The service ended its answer before it began.',
    hint: 'Try again; if it happens often, look at the proxy or gateway in between.',
    retryable: true,
  })
}

function responseStart(message: Wire, warnings: Warning[]): ChatEvent {
  const responseId = textAt(message, 'id')
  const model = textAt(message, 'model')
  return {
    type: 'response-start',
    ...(responseId === undefined ? {} : {responseId}),
    ...(model === undefined ? {} : {model}),
    warnings,
  }
}

type End = {usage: Usage; providerId: string; hasCalls: boolean}

function responseEnd(last: Wire, {usage, providerId, hasCalls}: End): ChatEvent {
  const raw = textAt(last, 'stop_reason')
  // Some gateways end every answer well, also one that calls tools.
  const known = raw === 'end_turn' && hasCalls ? 'tool-calls' : STOP_REASONS[raw ?? '']
  const details = last['stop_details']
  const metadata: JsonObject = isObject(details) ? {stopDetails: details} : {}
  return {
    type: 'response-end',
    stopReason: known ?? 'other',
    ...(raw === undefined ? {} : {rawStopReason: raw}),
    usage,
    ...(isObject(details) ? {providerMetadata: {[providerId]: metadata}} : {}),
  }
}
