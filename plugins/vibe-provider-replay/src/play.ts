import {setImmediate as turn, setTimeout as wait} from 'node:timers/promises'
import type {AssistantPart, ChatEvent, Warning} from 'vibe-plugin-api'
import type {RecordedAnswer} from './recording.ts'

const TOOL_PIECE = 16

/** Streams a recorded answer in pieces as small as a service's; the pauses between them end when `signal` aborts. */
export async function* play(
  answer: RecordedAnswer,
  how: {delayMs: number; warnings: Warning[]; signal: AbortSignal},
): AsyncGenerator<ChatEvent> {
  yield {type: 'response-start', ...(answer.model === undefined ? {} : {model: answer.model}), warnings: how.warnings}
  for (const [index, part] of answer.content.entries()) {
    for (const event of eventsOf(part, index)) {
      how.signal.throwIfAborted()
      if (event.type.endsWith('-delta')) {
        await (how.delayMs > 0
          ? wait(how.delayMs, undefined, {signal: how.signal})
          : turn(undefined, {signal: how.signal}))
      }
      yield event
    }
  }
  const {stopReason, rawStopReason, usage} = answer
  yield {type: 'response-end', stopReason, ...(rawStopReason === undefined ? {} : {rawStopReason}), usage}
}

function* eventsOf(part: AssistantPart, index: number): Generator<ChatEvent> {
  const metadata = part.providerMetadata === undefined ? {} : {providerMetadata: part.providerMetadata}
  if (part.type === 'text') {
    yield {type: 'text-start', index}
    for (const text of words(part.text)) yield {type: 'text-delta', index, text}
    yield {type: 'text-end', index, ...metadata}
  } else if (part.type === 'reasoning') {
    yield {type: 'reasoning-start', index, ...(part.redacted ? {redacted: true as const} : {})}
    for (const text of words(part.text)) yield {type: 'reasoning-delta', index, text}
    yield {type: 'reasoning-end', index, ...metadata}
  } else {
    const {callId, name, input} = part
    const inputText = JSON.stringify(input)
    yield {type: 'tool-call-start', index, callId, name}
    for (const piece of pieces(inputText)) yield {type: 'tool-call-delta', index, inputText: piece}
    yield {type: 'tool-call-end', index, callId, name, inputText, input, ...metadata}
  }
}

/** Each word with the white space after it, so that the pieces joined are the text again. */
function words(text: string): string[] {
  return text.match(/\s*\S+\s*|\s+/gu) ?? []
}

function pieces(text: string): string[] {
  const characters = [...text]
  const parts: string[] = []
  for (let start = 0; start < characters.length; start += TOOL_PIECE)
    parts.push(characters.slice(start, start + TOOL_PIECE).join(''))
  return parts
}
