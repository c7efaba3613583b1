import type {ChatEvent} from 'vibe-plugin-api'
import type {Ladder} from '../../providers/ladder/ladder.ts'
import {TextEvents} from '../../providers/ladder/text-events.ts'
import {asTextRequest} from '../../providers/ladder/text-request.ts'
import {streamChat, type RetryNotice, type StreamCall} from '../../providers/stream.ts'
import {DIALECTS} from './dialects.ts'

/** How many calls of an answer could be read, and how many could not. */
export type Counted = {whole: number; malformed: number}

/**
 * One answer whose text may hold calls. On the native rung the tools are sent all the same, and a model that writes its
 * calls as text none the less is met on the JSON rung from then on.
 */
export async function* streamAsText(
  call: StreamCall,
  {ladder, counted}: {ladder: Ladder; counted: Counted},
): AsyncGenerator<ChatEvent | RetryNotice> {
  const {rung} = ladder
  const {tools = []} = call.request
  const dialect = DIALECTS[rung === 'native' ? 'json' : rung]
  const request = rung === 'native' ? call.request : asTextRequest(call.request, dialect)
  const events = new TextEvents(dialect.recogniser(tools))
  let native = 0
  try {
    for await (const event of streamChat({...call, request})) {
      if (event.type === 'tool-call-end' && event.input !== undefined) native++
      if (event.type === 'retry') yield event
      else yield* counting(events.accept(event), counted)
    }
  } catch (error) {
    yield* events.abandon()
    throw error
  }
  if (rung !== 'native') return
  if (native > 0) ladder.prove()
  else if (events.calls > 0) await meetAsText(call, ladder)
}

/** Notes what came of the calls on its way. What the output limit cut says nothing of what the model can write. */
export function* counting(events: Iterable<ChatEvent>, counted: Counted): Generator<ChatEvent> {
  for (const event of events) {
    if (event.type === 'tool-call-end') counted[event.input === undefined ? 'malformed' : 'whole']++
    if (event.type === 'response-end' && event.stopReason === 'max-output') counted.malformed = 0
    yield event
  }
}

async function meetAsText(call: StreamCall, ladder: Ladder): Promise<void> {
  const message = await ladder.stepDown('it writes its tool calls as text', 'json')
  if (message !== undefined) call.onWarning?.({code: 'adjusted', message})
}
