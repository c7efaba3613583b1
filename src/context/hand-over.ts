import type {AssistantPart, FilePart, Message, TextPart, ToolResultPart} from 'vibe-plugin-api'
import type {Author, HistoryMessage} from '../sessions/history.ts'

export type Reader = Author & {
  /** False: known to take no images. */
  images: boolean
}

const ID_LENGTH = 9
const IMAGE_LEFT_OUT = '(An image stood here; this model takes none.)'

/**
 * The history as one model may read it, whoever wrote it. The same history gives the same messages each time, so that
 * prefixes stay cacheable.
 * - Ids of calls that another provider made become nine letters and digits: some services take nothing else, all take that.
 * - What another provider's model thought, and the opaque data it wants back, is left out: it means nothing elsewhere.
 * - Thoughts of another model of the same provider are left out too, since they may be signed for that model alone.
 * @returns `imagesLeftOut`: how many images the reader will not see
 */
export function handOver(
  history: readonly HistoryMessage[],
  reader: Reader,
): {messages: Message[]; imagesLeftOut: number} {
  let ids: ReadonlyMap<string, string> = new Map()
  const left = {images: 0}
  const messages = history.map((message, index): Message => {
    if (message.role === 'assistant') {
      ids = message.by?.provider === reader.provider ? new Map() : newIds(message.content, index)
      return {role: 'assistant', content: assistantParts(message, {reader, ids})}
    }
    if (message.role === 'user') return {role: 'user', content: message.content.map((part) => seen(part, reader, left))}
    return {role: 'tool', content: message.content.map((part) => toolResult(part, {reader, ids, left}))}
  })
  return {messages, imagesLeftOut: left.images}
}

function assistantParts(
  {content, by}: {content: AssistantPart[]; by?: Author},
  {reader, ids}: {reader: Reader; ids: ReadonlyMap<string, string>},
): AssistantPart[] {
  const sameProvider = by?.provider === reader.provider
  const sameModel = sameProvider && by?.model === reader.model
  return content.flatMap((part): AssistantPart[] => {
    if (part.type === 'reasoning' && !sameModel) return []
    if (sameProvider) return [part]
    const {providerMetadata: _, ...plain} = part
    return [plain.type === 'tool-call' ? {...plain, callId: ids.get(plain.callId) ?? plain.callId} : plain]
  })
}

type Results = {reader: Reader; ids: ReadonlyMap<string, string>; left: {images: number}}

function toolResult(part: ToolResultPart, {reader, ids, left}: Results): ToolResultPart {
  const content = part.content.map((inner) => seen(inner, reader, left))
  return {...part, callId: ids.get(part.callId) ?? part.callId, content}
}

function seen(part: TextPart | FilePart, reader: Reader, left: {images: number}): TextPart | FilePart {
  if (reader.images || part.type !== 'file' || !part.mediaType.startsWith('image/')) return part
  left.images++
  return {type: 'text', text: IMAGE_LEFT_OUT}
}

/** @param index of the message: the same id in two answers becomes two, for services that want them unique */
function newIds(content: readonly AssistantPart[], index: number): Map<string, string> {
  const ids = new Map<string, string>()
  const taken = new Set<string>()
  for (const part of content) {
    if (part.type !== 'tool-call' || ids.has(part.callId)) continue
    let id = shortId(`${index} ${part.callId}`)
    for (let more = 0; taken.has(id); more++) id = shortId(`${index} ${part.callId} ${more}`)
    taken.add(id)
    ids.set(part.callId, id)
  }
  return ids
}

/** FNV-1a over both halves of 64 bits, as nine letters and digits that begin with a letter. */
function shortId(text: string): string {
  let hash = 0xcbf29ce484222325n
  for (const byte of Buffer.from(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return `c${hash
    .toString(36)
    .padStart(ID_LENGTH, '0')
    .slice(1 - ID_LENGTH)}`
}
