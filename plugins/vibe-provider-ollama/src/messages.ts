import type {AssistantPart, FilePart, Message, TextPart, ToolResultPart, UserPart, Warning} from 'vibe-plugin-api'

export type WireMessage = {role: string; content: string; images?: string[]; [more: string]: unknown}

/**
 * The conversation as Ollama's `messages`. What the API cannot carry is left out.
 * @param warnings takes one sentence for each kind of thing left out
 */
export function toWireMessages(
  system: string | undefined,
  messages: readonly Message[],
  warnings: Warning[],
): WireMessage[] {
  const wire: WireMessage[] = system === undefined || system === '' ? [] : [{role: 'system', content: system}]
  for (const message of messages) {
    if (message.role === 'user') wire.push(userMessage(message.content, warnings))
    else if (message.role === 'assistant') wire.push(...assistantMessage(message.content))
    else wire.push(...message.content.map((result) => toolMessage(result, warnings)))
  }
  return wire
}

function userMessage(parts: readonly UserPart[], warnings: Warning[]): WireMessage {
  return {role: 'user', ...contentOf(parts, warnings)}
}

function toolMessage(result: ToolResultPart, warnings: Warning[]): WireMessage {
  const {content, images} = contentOf(result.content, warnings)
  return {
    role: 'tool',
    content: result.isError ? `Error: ${content}` : content,
    tool_name: result.name,
    tool_call_id: result.callId,
    ...(images ? {images} : {}),
  }
}

function contentOf(parts: readonly (TextPart | FilePart)[], warnings: Warning[]): {content: string; images?: string[]} {
  const texts: string[] = []
  const images: string[] = []
  for (const part of parts) {
    if (part.type === 'text') texts.push(part.text)
    else if (part.mediaType.startsWith('image/')) images.push(Buffer.from(part.data).toString('base64'))
    else if (part.mediaType.startsWith('text/'))
      texts.push(`${part.name ?? 'file'}:\n${new TextDecoder().decode(part.data)}`)
    else {
      texts.push(`(${part.name ?? 'a file'} of type ${part.mediaType} cannot be shown to this model)`)
      warnOnce(warnings, 'files', `Ollama takes images and text, not ${part.mediaType}; the file was left out.`)
    }
  }
  return {content: texts.join('\n\n'), ...(images.length > 0 ? {images} : {})}
}

/** Thoughts go back only between the calls of one turn; models that think expect them there and nowhere else. */
function assistantMessage(parts: readonly AssistantPart[]): WireMessage[] {
  const content = textOf(parts, 'text')
  const thinking = textOf(parts, 'reasoning')
  const calls = parts.flatMap((part, index) =>
    part.type === 'tool-call' ? [{id: part.callId, function: {index, name: part.name, arguments: part.input}}] : [],
  )
  if (content === '' && calls.length === 0) return []
  return [
    {
      role: 'assistant',
      content,
      ...(thinking !== '' && calls.length > 0 ? {thinking} : {}),
      ...(calls.length > 0 ? {tool_calls: calls} : {}),
    },
  ]
}

function textOf(parts: readonly AssistantPart[], type: 'text' | 'reasoning'): string {
  return parts.map((part) => (part.type === type ? part.text : '')).join('')
}

export function warnOnce(warnings: Warning[], feature: string, message: string): void {
  if (!warnings.some((warning) => warning.feature === feature)) warnings.push({code: 'unsupported', feature, message})
}
