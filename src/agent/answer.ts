import type {AssistantPart, ChatEvent, ProviderMetadata, StopReason, ToolCallEnd, Usage} from 'vibe-plugin-api'

/** One answer of the model, put together from its stream. */
export type Answer = {
  content: AssistantPart[]
  /** In the order they were asked for; those without `input` were cut or malformed and are never run. */
  calls: ToolCallEnd[]
  text: string
  stopReason: StopReason | 'interrupted'
  usage: Usage
}

type OpenBlock = {kind: 'text' | 'reasoning'; text: string; redacted: boolean}

/** Collects the events of one stream; what has come so far can be taken at any moment, also after a failure. */
export function createAnswerCollector() {
  const parts = new Map<number, AssistantPart>()
  const open = new Map<number, OpenBlock>()
  const calls: ToolCallEnd[] = []
  let usage: Usage = {}
  let stopReason: Answer['stopReason'] = 'interrupted'
  return {
    add(event: ChatEvent): void {
      if (event.type === 'text-start') open.set(event.index, {kind: 'text', text: '', redacted: false})
      else if (event.type === 'reasoning-start')
        open.set(event.index, {kind: 'reasoning', text: '', redacted: event.redacted === true})
      else if (event.type === 'text-delta' || event.type === 'reasoning-delta') {
        const block = open.get(event.index)
        if (block) block.text += event.text
      } else if (event.type === 'text-end' || event.type === 'reasoning-end') {
        const block = open.get(event.index)
        open.delete(event.index)
        if (block) parts.set(event.index, partOf(block, event.providerMetadata))
      } else if (event.type === 'tool-call-end') {
        calls.push(event)
        parts.set(event.index, callPart(event))
      } else if (event.type === 'usage-update') usage = event.usage
      else if (event.type === 'response-end') {
        usage = event.usage
        stopReason = event.stopReason
      }
    },
    take(): Answer {
      for (const [index, block] of open)
        if (block.kind === 'text' && block.text !== '') parts.set(index, partOf(block, undefined))
      open.clear()
      const content = [...parts.entries()].sort(([a], [b]) => a - b).map(([, part]) => part)
      const text = content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('')
      return {content, calls, text, stopReason, usage}
    },
  }
}

function partOf(block: OpenBlock, metadata: ProviderMetadata | undefined): AssistantPart {
  const extra = metadata ? {providerMetadata: metadata} : {}
  if (block.kind === 'text') return {type: 'text', text: block.text, ...extra}
  return {type: 'reasoning', text: block.text, ...(block.redacted ? {redacted: true as const} : {}), ...extra}
}

function callPart(call: ToolCallEnd): AssistantPart {
  const extra = call.providerMetadata ? {providerMetadata: call.providerMetadata} : {}
  return {type: 'tool-call', callId: call.callId, name: call.name, input: call.input ?? {}, ...extra}
}

/** Adds two usages; a figure that either side does not know stays unknown. */
export function addUsage(sum: Usage, more: Usage): Usage {
  const total: Usage = {}
  for (const key of ['input', 'inputCacheRead', 'inputCacheWrite', 'output', 'outputReasoning'] as const) {
    const [a, b] = [sum[key], more[key]]
    if (a !== undefined && b !== undefined) total[key] = a + b
  }
  return total
}
