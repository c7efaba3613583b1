import type {ChatEvent} from 'vibe-plugin-api'
import type {Ladder} from '../../providers/ladder/ladder.ts'
import {refusesTools} from '../../providers/ladder/tools-refused.ts'
import {streamChat, type RetryNotice, type StreamCall} from '../../providers/stream.ts'
import {counting, type Counted} from './counting.ts'

type Events = AsyncGenerator<ChatEvent | RetryNotice>

/**
 * One answer, whatever way the model asks for tools: the events are those of native calls on every rung. Steps down when
 * the service refuses tools, when the model writes its calls as text, and when its calls cannot be read again and again;
 * each time it is said once through `onWarning`, and nothing is lost.
 * @param ladder absent: native calls alone
 */
export async function* streamOnRung(call: StreamCall, ladder: Ladder | undefined): Events {
  if (!ladder || (call.request.tools ?? []).length === 0) return yield* streamChat(call)
  if (ladder.rung === 'search-replace' && ladder.editsMiss)
    await stepDown(call, ladder, {why: 'its blocks do not fit the file'})
  const counted: Counted = {whole: 0, malformed: 0}
  for (;;) {
    try {
      if (ladder.rung === 'native' && ladder.proven) yield* countingAll(streamChat(call), counted)
      else yield* await asText(call, {ladder, counted})
      break
    } catch (error) {
      if (ladder.rung !== 'native' || !refusesTools(error)) throw error
      const {name} = call.opened.instance
      const hint = ` Its best way can be measured: vibe provider:probe ${name}`
      if (!(await stepDown(call, ladder, {why: 'the service refuses tools for this model', hint}))) throw error
    }
  }
  if (ladder.noteCalls(counted)) await stepDown(call, ladder, {why: 'its calls could not be read'})
}

/** A model that is known to call tools never needs what reads text. */
async function asText(call: StreamCall, how: {ladder: Ladder; counted: Counted}): Promise<Events> {
  const {streamAsText} = await import('./stream-as-text.ts')
  return streamAsText(call, how)
}

type Reason = {why: string; hint?: string}

/** @returns whether there was a step to take */
async function stepDown({onWarning}: StreamCall, ladder: Ladder, {why, hint = ''}: Reason): Promise<boolean> {
  const message = await ladder.stepDown(why)
  if (message !== undefined) onWarning?.({code: 'adjusted', message: message + hint})
  return message !== undefined
}

async function* countingAll(events: Events, counted: Counted): Events {
  for await (const event of events) {
    if (event.type === 'retry') yield event
    else yield* counting([event], counted)
  }
}
