import type {ChatEvent} from 'vibe-plugin-api'

/** How many calls of an answer could be read, and how many could not. */
export type Counted = {whole: number; malformed: number}

/** Notes what came of the calls on its way. What the output limit cut says nothing of what the model can write. */
export function* counting(events: Iterable<ChatEvent>, counted: Counted): Generator<ChatEvent> {
  for (const event of events) {
    if (event.type === 'tool-call-end') counted[event.input === undefined ? 'malformed' : 'whole']++
    if (event.type === 'response-end' && event.stopReason === 'max-output') counted.malformed = 0
    yield event
  }
}
