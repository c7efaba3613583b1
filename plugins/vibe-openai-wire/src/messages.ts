import type {AssistantPart, FilePart, JsonObject, Message, TextPart, ToolResultPart, UserPart} from 'vibe-plugin-api'

export type WireMessage = {role: string; content: string | WirePart[] | null; [more: string]: unknown}
export type WirePart = {type: string; [more: string]: unknown}
export type HistoryOptions = {
  providerId: string
  /** Whether own thoughts go back: never, with every message, or with those that call tools and then always. */
  replayReasoning: boolean | 'tools'
  /** The spelling of call ids that the service takes. */
  toolId?: (id: string) => string
  /** What a call says that the service did not sign itself. */
  unsigned?: JsonObject
  /** A service that wants the model to have spoken between a tool's result and the user. */
  speakAfterTools?: boolean
}

/** Stands where thoughts are required and none are known, as for calls that another model made. */
const NO_THOUGHTS = '…'

/** The conversation as `messages` of a chat completion. */
export function toWireMessages(
  system: string | undefined,
  messages: readonly Message[],
  options: HistoryOptions,
): WireMessage[] {
  const wire: WireMessage[] = system === undefined || system === '' ? [] : [{role: 'system', content: system}]
  for (const message of messages) {
    if (message.role === 'user') wire.push({role: 'user', content: userContent(message.content)})
    else if (message.role === 'assistant') wire.push(...assistantMessage(message.content, options))
    else wire.push(...toolMessages(message.content, options))
  }
  return options.speakAfterTools ? spoken(wire) : wire
}

function spoken(wire: readonly WireMessage[]): WireMessage[] {
  return wire.flatMap((message, place) =>
    message.role === 'user' && wire[place - 1]?.role === 'tool'
      ? [{role: 'assistant', content: NO_THOUGHTS}, message]
      : [message],
  )
}

/** A lone text stays a string: many servers do not know content in parts. */
function userContent(parts: readonly UserPart[]): string | WirePart[] {
  if (parts.every((part) => part.type === 'text')) return parts.map((part) => part.text).join('\n\n')
  return parts.map((part) => (part.type === 'text' ? {type: 'text', text: part.text} : filePart(part)))
}

function filePart(part: FilePart): WirePart {
  const data = Buffer.from(part.data).toString('base64')
  const url = `data:${part.mediaType};base64,${data}`
  if (part.mediaType.startsWith('image/')) return {type: 'image_url', image_url: {url}}
  const audio = /^audio\/(?:x-)?(wav|mpeg|mp3)$/.exec(part.mediaType)?.[1]
  if (audio) return {type: 'input_audio', input_audio: {data, format: audio === 'wav' ? 'wav' : 'mp3'}}
  if (!part.mediaType.startsWith('text/')) return {type: 'file', file: {filename: part.name ?? 'file', file_data: url}}
  return {type: 'text', text: `${part.name ?? 'file'}:\n${new TextDecoder().decode(part.data)}`}
}

function assistantMessage(parts: readonly AssistantPart[], options: HistoryOptions): WireMessage[] {
  const text = parts
    .filter((part) => part.type === 'text')
    .map((part) => part.text)
    .join('')
  const calls = parts
    .filter((part) => part.type === 'tool-call')
    .map((part) => ({
      ...options.unsigned,
      ...(part.providerMetadata?.[options.providerId]?.extra as JsonObject | undefined),
      id: options.toolId?.(part.callId) ?? part.callId,
      type: 'function',
      function: {name: part.name, arguments: JSON.stringify(part.input)},
    }))
  const thoughts = thoughtsOf(parts, options, calls.length > 0)
  if (text === '' && calls.length === 0) return []
  return [
    {
      role: 'assistant',
      content: text === '' ? null : text,
      ...thoughts,
      ...(calls.length > 0 ? {tool_calls: calls} : {}),
    },
  ]
}

function thoughtsOf(parts: readonly AssistantPart[], {providerId, replayReasoning}: HistoryOptions, calls: boolean) {
  const own = replayReasoning === true || calls ? ownReasoning(parts, providerId) : {}
  const details = ownDetails(parts, providerId)
  if (replayReasoning === false) return details
  if (replayReasoning === true || !calls) return {...own, ...details}
  return {reasoning_content: Object.values(own).join('') || NO_THOUGHTS}
}

/** What the service wants back unchanged, beside the words of its thoughts. */
function ownDetails(parts: readonly AssistantPart[], providerId: string): Record<string, unknown> {
  const details = parts.flatMap((part) => {
    const found = part.type === 'reasoning' ? part.providerMetadata?.[providerId]?.details : undefined
    return Array.isArray(found) ? found : []
  })
  return details.length === 0 ? {} : {reasoning_details: details}
}

/** Only thoughts that this provider produced, under the field they came in. */
function ownReasoning(parts: readonly AssistantPart[], providerId: string): Record<string, string> {
  const thoughts: Record<string, string> = {}
  for (const part of parts) {
    const field = part.type === 'reasoning' ? part.providerMetadata?.[providerId]?.field : undefined
    if (part.type === 'reasoning' && typeof field === 'string') thoughts[field] = (thoughts[field] ?? '') + part.text
  }
  return thoughts
}

/** The protocol's tool results are text only: files follow together in one user message after all results. */
function toolMessages(results: readonly ToolResultPart[], {toolId}: HistoryOptions): WireMessage[] {
  const wire: WireMessage[] = []
  const files: WirePart[] = []
  for (const result of results) {
    const own = result.content.filter((part): part is FilePart => part.type === 'file')
    const id = toolId?.(result.callId) ?? result.callId
    wire.push({role: 'tool', tool_call_id: id, content: resultText(result, own.length)})
    if (own.length > 0)
      files.push({type: 'text', text: `Files from ${result.name} (${result.callId}):`}, ...own.map(filePart))
  }
  if (files.length > 0) wire.push({role: 'user', content: files})
  return wire
}

function resultText(result: ToolResultPart, files: number): string {
  const text = result.content
    .filter((part): part is TextPart => part.type === 'text')
    .map((part) => part.text)
    .join('\n')
  const body = text === '' && files > 0 ? `${files} file(s), see the next message` : text
  return result.isError ? `Error: ${body}` : body
}
