import type {ChatRequest, Message} from 'vibe-plugin-api'

/** Bytes for one token in the densest text that is common: code and JSON. Most text has more, so sums err upwards. */
const BYTES_PER_TOKEN = 3
/** What services count for an image of the usual size; most count less. */
const TOKENS_PER_IMAGE = 1600
const TOKENS_PER_MESSAGE = 8

/** About how many tokens a request sends, rather too many than too few: for limits that must hold, not for bills. */
export function estimateTokens(request: Pick<ChatRequest, 'system' | 'messages' | 'tools'>): number {
  const fixed = bytesOf(request.system ?? '') + bytesOf(JSON.stringify(request.tools ?? []))
  return Math.ceil(fixed / BYTES_PER_TOKEN) + request.messages.reduce((sum, message) => sum + ofMessage(message), 0)
}

function ofMessage(message: Message): number {
  return message.content.reduce((sum, part) => sum + ofPart(part), TOKENS_PER_MESSAGE)
}

function ofPart(part: Message['content'][number]): number {
  switch (part.type) {
    case 'file':
      return part.mediaType.startsWith('image/') ? TOKENS_PER_IMAGE : Math.ceil(part.data.length / BYTES_PER_TOKEN)
    case 'tool-call':
      return Math.ceil(bytesOf(part.name + JSON.stringify(part.input)) / BYTES_PER_TOKEN)
    case 'tool-result':
      return part.content.reduce((sum, inner) => sum + ofPart(inner), 0)
    default:
      return Math.ceil(bytesOf(part.text) / BYTES_PER_TOKEN)
  }
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text)
}
