import type {Message} from 'vibe-plugin-api'
import type {Piece, Recogniser, TextCall} from '../../providers/ladder/text-call.ts'

/** What these do is harmless, and short calls of them stand in many documents. */
const READING: ReadonlySet<string> = new Set(['read', 'list', 'glob', 'grep'])

/**
 * Lets no call run that only repeats what a file, a command or the user has said word for word: a model that is asked to
 * show a text must not carry it out.
 * @param messages the conversation that the model answers
 */
export function withoutQuotations(recogniser: Recogniser, messages: readonly Message[]): Recogniser {
  let heard: string | undefined
  const isQuoted = ({name, input, raw}: TextCall) =>
    input !== undefined && !READING.has(name) && (heard ??= textOf(messages)).includes(raw.trim())
  const asHeard = (pieces: Piece[]) =>
    pieces.map((piece): Piece => {
      return piece.type === 'call' && isQuoted(piece.call) ? {type: 'text', text: piece.call.raw} : piece
    })
  return {
    accept: (text) => asHeard(recogniser.accept(text)),
    end: () => asHeard(recogniser.end()),
  }
}

/** What was said by anybody but the model. */
function textOf(messages: readonly Message[]): string {
  const texts: string[] = []
  for (const message of messages) {
    if (message.role === 'user') texts.push(...message.content.map((part) => (part.type === 'text' ? part.text : '')))
    if (message.role === 'tool')
      for (const {content} of message.content)
        texts.push(...content.map((part) => (part.type === 'text' ? part.text : '')))
  }
  return texts.join('\n')
}
