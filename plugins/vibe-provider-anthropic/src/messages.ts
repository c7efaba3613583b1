import type {AssistantPart, ChatRequest, JsonObject, Message, ReasoningPart, ToolResultPart} from 'vibe-plugin-api'
import type {BlockSource} from './blocks.ts'
import {contentBlocks, textBlocks} from './content.ts'

export type HistoryOptions = {marked: ReadonlySet<number>; providerId: string}
export type WireMessage = {role: 'user' | 'assistant'; content: JsonObject[]}

/**
 * Messages as the service wants them: roles alternate, and all results of one answer's tool calls stand in one user
 * message, before anything the person says.
 * @param options.marked indexes of `request.messages` whose last block ends a cached prefix
 */
export function wireMessages(request: ChatRequest, {marked, providerId}: HistoryOptions): WireMessage[] {
  const reader = {model: request.model, providerId}
  const wire: WireMessage[] = []
  for (const [index, message] of request.messages.entries()) {
    const content = blocksOf(message, reader)
    if (marked.has(index)) markLast(content)
    const role = message.role === 'assistant' ? 'assistant' : 'user'
    const previous = wire.at(-1)
    if (content.length === 0) continue
    if (previous?.role === role) previous.content.push(...content)
    else wire.push({role, content})
  }
  return wire
}

/** Marks the last block that may carry a mark; thinking may not. */
export function markLast(blocks: JsonObject[]): void {
  const block = blocks.findLast(({type}) => type !== 'thinking' && type !== 'redacted_thinking')
  if (block) block['cache_control'] = {type: 'ephemeral'}
}

function blocksOf(message: Message, reader: BlockSource): JsonObject[] {
  if (message.role === 'user') return message.content.flatMap(contentBlocks)
  if (message.role === 'tool') return message.content.map(toolResult)
  return message.content.flatMap((part) => assistantBlocks(part, reader))
}

function assistantBlocks(part: AssistantPart, reader: BlockSource): JsonObject[] {
  if (part.type === 'text') return textBlocks(part.text)
  if (part.type === 'tool-call')
    return [{type: 'tool_use', id: wireId(part.callId), name: part.name, input: part.input}]
  return thinkingBlocks(part, reader)
}

/**
 * Thinking goes back only to the model that signed it: others refuse it, and what another service thought has no
 * signature at all.
 */
function thinkingBlocks(part: ReasoningPart, {model, providerId}: BlockSource): JsonObject[] {
  const signed = part.providerMetadata?.[providerId]
  if (signed === undefined || (signed['model'] !== undefined && signed['model'] !== model)) return []
  if (typeof signed['data'] === 'string') return [{type: 'redacted_thinking', data: signed['data']}]
  if (typeof signed['signature'] !== 'string') return []
  return [{type: 'thinking', thinking: part.text, signature: signed['signature']}]
}

function toolResult(part: ToolResultPart): JsonObject {
  const content = part.content.flatMap(contentBlocks)
  return {
    type: 'tool_result',
    tool_use_id: wireId(part.callId),
    ...(content.length > 0 ? {content} : {}),
    ...(part.isError ? {is_error: true} : {}),
  }
}

/** Ids that other services made may hold characters which this one refuses. */
function wireId(id: string): string {
  return id.replace(/[^A-Za-z0-9_-]/g, '_')
}
