import type {AssistantPart, FilePart, Message, ToolResultPart, UserPart} from 'vibe-plugin-api'

type Item = {[member: string]: unknown}

/** The conversation as `input` of the Responses API. */
export function toInput(messages: readonly Message[], providerId: string): Item[] {
  return messages.flatMap((message) => {
    if (message.role === 'user') return [{role: 'user', content: message.content.map(userPart)}]
    if (message.role === 'assistant') return assistantItems(message.content, providerId)
    return message.content.map(toolOutput)
  })
}

function userPart(part: UserPart): Item {
  return part.type === 'text' ? {type: 'input_text', text: part.text} : filePart(part)
}

function filePart(part: FilePart): Item {
  const url = `data:${part.mediaType};base64,${Buffer.from(part.data).toString('base64')}`
  if (part.mediaType.startsWith('image/')) return {type: 'input_image', image_url: url, detail: 'auto'}
  if (!part.mediaType.startsWith('text/')) return {type: 'input_file', filename: part.name ?? 'file', file_data: url}
  return {type: 'input_text', text: `${part.name ?? 'file'}:\n${new TextDecoder().decode(part.data)}`}
}

/** A reasoning item is refused without the item that followed it, so trailing ones are left out. */
function assistantItems(parts: readonly AssistantPart[], providerId: string): Item[] {
  const items = parts.map((part) => assistantItem(part, providerId)).filter((item) => item !== undefined)
  while (items.at(-1)?.type === 'reasoning') items.pop()
  return items
}

function assistantItem(part: AssistantPart, providerId: string): Item | undefined {
  const own = part.providerMetadata?.[providerId]
  if (part.type === 'tool-call') {
    return {type: 'function_call', call_id: part.callId, name: part.name, arguments: JSON.stringify(part.input)}
  }
  if (part.type === 'text') {
    if (part.text === '') return undefined
    return {role: 'assistant', content: part.text, ...(own?.phase === undefined ? {} : {phase: own.phase})}
  }
  if (typeof own?.encryptedContent !== 'string') return undefined
  const summary = part.text === '' ? [] : [{type: 'summary_text', text: part.text}]
  return {type: 'reasoning', id: own.id, summary, encrypted_content: own.encryptedContent}
}

function toolOutput(result: ToolResultPart): Item {
  const head = {type: 'function_call_output', call_id: result.callId}
  const texts = result.content.flatMap((part) => (part.type === 'text' ? [part.text] : []))
  const text = `${result.isError ? 'Error: ' : ''}${texts.join('\n')}`
  const files = result.content.filter((part) => part.type === 'file').map(filePart)
  if (files.length === 0) return {...head, output: text}
  return {...head, output: [...(text === '' ? [] : [{type: 'input_text', text}]), ...files]}
}
