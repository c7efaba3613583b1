import {ProviderError, type FilePart, type JsonObject, type TextPart} from 'vibe-plugin-api'

const IMAGES = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp'])

/** @returns the text as one block, none when it is blank: the service refuses blank text blocks */
export function textBlocks(text: string): JsonObject[] {
  return text.trim() === '' ? [] : [{type: 'text', text: text.toWellFormed()}]
}

/** @throws ProviderError `unsupported` for a file that is neither an image, a PDF nor text */
export function contentBlocks(part: TextPart | FilePart): JsonObject[] {
  if (part.type === 'text') return textBlocks(part.text)
  const {mediaType, name} = part
  const title = name === undefined ? {} : {title: name}
  if (IMAGES.has(mediaType)) return [{type: 'image', source: base64(part)}]
  if (mediaType === 'application/pdf') return [{type: 'document', source: base64(part), ...title}]
  if (mediaType.startsWith('text/')) {
    const data = new TextDecoder().decode(part.data)
    return [{type: 'document', source: {type: 'text', media_type: 'text/plain', data}, ...title}]
  }
  throw new ProviderError({
    code: 'unsupported',
    message: `${name ?? 'A file'} is ${mediaType}, which this service does not read.`,
    hint: 'Attach JPEG, PNG, GIF, WebP, PDF or text.',
    retryable: false,
  })
}

function base64({mediaType, data}: FilePart): JsonObject {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  return {type: 'base64', media_type: mediaType, data: bytes.toString('base64')}
}
