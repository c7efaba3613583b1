import type {ChatRequest, ToolCallPart, ToolDefinition} from 'vibe-plugin-api'
import {only, textOf, userText} from '../../collect.ts'
import {demand, Skip} from '../check.ts'
import {SAID} from './answers.ts'
import type {Bench} from './bench.ts'
import {holds, same, show, whole} from './demands.ts'
import type {Told} from './listen.ts'
import type {Scenario} from './scenario.ts'

const WEATHER: ToolDefinition = {
  name: 'get_weather',
  description: 'Tells the weather',
  inputSchema: {type: 'object', properties: {city: {type: 'string'}}, required: ['city']},
}
const TIME: ToolDefinition = {...WEATHER, name: 'get_time', description: 'Tells the time'}
const ASKED: Partial<ChatRequest> = {messages: userText('Weather in Zürich?'), tools: [WEATHER, TIME]}
const CALL = {id: 'call_1', name: 'get_weather', input: {city: 'Zürich 🌧', days: [1, 2], deep: {ok: true}}}
const SECOND = {id: 'call_2', name: 'get_time', input: {city: 'Genève'}}

/** What becomes of calls of tools. */
export const tools: readonly Scenario[] = [
  {
    id: 'tool-call',
    title: 'a tool call arrives with its id, name and input',
    mend: 'Yield tool-call-start, -delta… and -end with the id the service gave; stopReason is tool-calls.',
    run: async (bench) => {
      bench.needs('tools')
      const told = await bench.hear({toolCalls: [CALL], usage: {input: 9, output: 3}}, {request: ASKED})
      same(whole(told).stopReason, 'tool-calls', 'stopReason')
      expectCalls(told, [CALL], bench)
    },
  },
  {
    id: 'text-and-tool',
    title: 'text before a tool call is kept',
    mend: 'End the text block, then begin the tool call with an index of its own.',
    run: async (bench) => {
      bench.needs('tools')
      const told = await bench.hear({text: SAID, toolCalls: [CALL]}, {request: ASKED})
      same(textOf(told.events), SAID, 'the text')
      expectCalls(told, [CALL], bench)
    },
  },
  {
    id: 'parallel-tools',
    title: 'two tool calls of one answer arrive as two',
    mend: 'Keep the calls apart by their index or id, and yield a block for each.',
    run: async (bench) => {
      bench.needs('tools', 'parallel-tools')
      const told = await bench.hear({toolCalls: [CALL, SECOND]}, {request: ASKED})
      whole(told)
      expectCalls(told, [CALL, SECOND], bench)
    },
  },
  {
    id: 'tool-definitions',
    title: 'tools are sent with name, description and schema',
    mend: 'Put every tool of the request into the body, its schema unchanged.',
    run: async ({dialect, serve, needs}) => {
      needs('tools')
      const {ask, chats} = await serve(() => dialect().reply({text: 'ok'}))
      whole(await ask({request: ASKED}))
      for (const part of ['get_weather', 'Tells the weather', 'get_time'])
        demand(holds(chats()[0]?.json, part), `${show(part)} in the request`, show(chats()[0]?.json))
      demand(chats()[0]?.body.includes('"city"') === true, 'the schema in the request', show(chats()[0]?.json))
    },
  },
  {
    id: 'tool-results',
    title: 'a call and its result are sent back with the id that joins them',
    mend: "Send assistant tool calls and tool results in the protocol's own form, under the same id.",
    run: async ({dialect, serve, needs, subject}) => {
      needs('tools')
      const {ask, chats} = await serve(() => dialect().reply({text: 'It rains.'}))
      const told = await ask({request: {...ASKED, messages: history('call_7')}})
      whole(told)
      const {json} = chats()[0] ?? {json: undefined}
      for (const part of ['rain all day', 'Zürich 🌧'])
        demand(holds(json, part), `${show(part)} in the request`, show(json))
      if (subject.dialect?.lacks?.includes('tool-ids') === true) return
      const ids = idsIn(json)
      const joins = ids.some((id, place) => ids.indexOf(id) !== place)
      demand(joins, 'one id at the call and at its result', ids.length === 0 ? 'no id' : `the ids ${ids.join(', ')}`)
    },
  },
  {
    id: 'bad-tool-json',
    title: 'arguments that are no JSON are passed on as they are',
    mend: 'Yield tool-call-end with the whole inputText and without input when the arguments do not parse.',
    run: async ({dialect, serve, needs}) => {
      needs('tools', 'tool-text')
      const broken = {...CALL, inputText: '{"city": oops'}
      const {ask} = await serve(() => dialect().reply({toolCalls: [broken]}))
      const told = await ask({request: ASKED})
      if (told.end === 'thrown') throw new Error(String(told.error))
      const [end] = only(told.events, 'tool-call-end')
      same(end?.inputText, broken.inputText, 'inputText')
      demand(end?.input === undefined, 'no input', show(end?.input))
    },
  },
  {
    id: 'cut-tool-json',
    title: 'arguments that the output limit cut are no input',
    mend: 'Never mend cut JSON: leave input away, and say stopReason max-output.',
    run: async ({dialect, serve, needs}) => {
      needs('tools', 'tool-text')
      const {cut, reply} = dialect()
      if (cut === undefined) throw new Skip('the dialect names no word for the limit')
      const {ask} = await serve(() => reply({toolCalls: [{...CALL, inputText: '{"city":"Zü'}], stop: cut}))
      const told = await ask({request: ASKED})
      same(whole(told).stopReason, 'max-output', 'stopReason')
      const input = only(told.events, 'tool-call-end').find((end) => end.input !== undefined)?.input
      demand(input === undefined, 'no input', show(input))
    },
  },
  {
    id: 'reasoning-proof',
    title: 'signed reasoning goes back as it came',
    mend: 'Keep the signature in providerMetadata of reasoning-end, and send it with the part in the next request.',
    run: async ({dialect, serve, subject}) => {
      const {reasoningProof, reply} = dialect()
      if (reasoningProof === undefined) throw new Skip('the service signs nothing')
      const {ask, chats} = await serve(() => reply({reasoning: 'thinking', toolCalls: [CALL]}))
      const told = await ask({request: {...ASKED, reasoning: 'high'}})
      whole(told)
      const metadata = only(told.events, 'reasoning-end')[0]?.providerMetadata
      demand(metadata?.[subject.manifest.id] !== undefined, `metadata under "${subject.manifest.id}"`, show(metadata))
      const id = only(told.events, 'tool-call-end')[0]?.callId ?? ''
      const [question, assistant, ...rest] = history(id)
      if (question === undefined || assistant?.role !== 'assistant') return
      const content = [{type: 'reasoning', text: 'thinking', providerMetadata: metadata} as const, ...assistant.content]
      await ask({request: {...ASKED, reasoning: 'high', messages: [question, {role: 'assistant', content}, ...rest]}})
      demand(
        chats()[1]?.body.includes(reasoningProof) === true,
        'the signature in the next request',
        show(chats()[1]?.json),
      )
    },
  },
]

/** Every id in a body, under whatever name; a service may want them in a form of its own. */
function idsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) =>
    typeof member === 'string' ? (/(^|_)id$|Id$/.test(name) ? [member] : []) : idsIn(member),
  )
}

function history(callId: string): ChatRequest['messages'] {
  const call: ToolCallPart = {type: 'tool-call', callId, name: CALL.name, input: CALL.input}
  const content = [{type: 'text' as const, text: 'rain all day'}]
  return [
    ...userText('Weather in Zürich?'),
    {role: 'assistant', content: [call]},
    {role: 'tool', content: [{type: 'tool-result', callId, name: CALL.name, content}]},
  ]
}

function expectCalls(told: Told, calls: ReadonlyArray<typeof CALL | typeof SECOND>, {subject}: Bench): void {
  const ends = only(told.events, 'tool-call-end')
  same(ends.length, calls.length, 'the number of calls')
  const ownIds = subject.dialect?.lacks?.includes('tool-ids') === true
  for (const [place, call] of calls.entries()) {
    const end = ends[place]
    same(end?.name, call.name, `the name of call ${place + 1}`)
    same(end?.input, call.input, `the input of call ${place + 1}`)
    if (!ownIds) same(end?.callId, call.id, `the id of call ${place + 1}`)
  }
}
