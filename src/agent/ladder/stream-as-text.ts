import type {ChatEvent} from 'vibe-plugin-api'
import {jsonDialect} from '../../providers/ladder/json-dialect.ts'
import type {Ladder} from '../../providers/ladder/ladder.ts'
import type {Rung} from '../../providers/ladder/rungs.ts'
import type {Recogniser, TextCall} from '../../providers/ladder/text-call.ts'
import {TextEvents} from '../../providers/ladder/text-events.ts'
import {asTextRequest} from '../../providers/ladder/text-request.ts'
import {streamChat, type RetryNotice, type StreamCall} from '../../providers/stream.ts'
import {counting, type Counted} from './counting.ts'
import {DIALECTS} from './dialects.ts'
import {straySearchReplace} from './edit-calls.ts'
import {withoutQuotations} from './quoted.ts'

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
  const takesJson = rung === 'native' || rung === 'json'
  const json = () => withoutQuotations(jsonDialect.recogniser(tools), call.request.messages)
  const lastLook = (text: string) => (takesJson ? straySearchReplace(text, tools) : callsIn(json(), text))
  const events = new TextEvents(takesJson ? json() : dialect.recogniser(tools), lastLook)
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
  if (native > 0 && rung === 'native') ladder.prove()
  else if (events.changedKind && takesJson)
    await meet(call, ladder, {to: 'search-replace', why: 'it writes SEARCH/REPLACE blocks'})
  else if (events.calls > 0 && rung === 'native')
    await meet(call, ladder, {to: 'json', why: 'it writes its tool calls as text'})
}

/** A model that writes edits as text may still ask for the rest in JSON. */
function callsIn(recogniser: Recogniser, text: string): TextCall[] {
  const pieces = [...recogniser.accept(text), ...recogniser.end()]
  return pieces.flatMap((piece) => (piece.type === 'call' ? [piece.call] : []))
}

/** Goes on where the model already is. */
async function meet(call: StreamCall, ladder: Ladder, {to, why}: {to: Rung; why: string}): Promise<void> {
  const message = await ladder.stepDown(why, to)
  if (message !== undefined) call.onWarning?.({code: 'adjusted', message})
}
