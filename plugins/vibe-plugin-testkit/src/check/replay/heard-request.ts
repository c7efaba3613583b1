import type {ChatEvent, ChatRequest} from 'vibe-plugin-api'
import {only} from '../../collect.ts'
import {demand} from '../check.ts'
import type {Bench} from './bench.ts'
import {show, whole} from './demands.ts'

/** What the service got of a request, and whether the provider said that something was left out. */
export type Heard = {json: unknown; body: string; warned: boolean}

/** Asks once and looks at what was sent. */
export async function heard({dialect, serve}: Bench, request: Partial<ChatRequest>): Promise<Heard> {
  const {ask, chats} = await serve(() => dialect().reply({text: 'ok'}))
  const told = await ask({request})
  const [sent] = chats()
  const isRefused = told.end === 'thrown' && (told.error as {code?: unknown}).code === 'unsupported'
  if (isRefused) return {json: sent?.json ?? {}, body: sent?.body ?? '', warned: true}
  whole(told)
  demand(sent?.json !== undefined, 'a request with a JSON body', show(sent?.body))
  return {json: sent.json, body: sent.body, warned: warnings(told.events).length > 0}
}

function warnings(events: readonly ChatEvent[]): unknown[] {
  return only(events, 'response-start').flatMap((start) => start.warnings ?? [])
}
