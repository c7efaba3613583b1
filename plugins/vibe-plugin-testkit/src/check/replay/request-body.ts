import {isDeepStrictEqual} from 'node:util'
import type {Message} from 'vibe-plugin-api'
import {userText} from '../../collect.ts'
import {demand} from '../check.ts'
import {holds, show} from './demands.ts'
import {heard} from './heard-request.ts'
import type {Scenario} from './scenario.ts'
import {SEARCH} from './search-tool.ts'

/** Messages, tools and their results have to reach the service whole. */
export const requestBody: readonly Scenario[] = [
  {
    id: 'message-order',
    title: 'messages keep their order, their parts and who said them',
    mend: 'Map the messages one after the other; join the text parts of one, and give each its own role.',
    run: async (bench) => {
      const messages: Message[] = [
        {
          role: 'user',
          content: [
            {type: 'text', text: 'alpha-1'},
            {type: 'text', text: 'alpha-2'},
          ],
        },
        {role: 'assistant', content: [{type: 'text', text: 'beta-1'}]},
        ...userText('gamma-1'),
      ]
      const {body, json} = await heard(bench, {system: 'sigma-1', messages})
      const words = ['alpha-1', 'alpha-2', 'beta-1', 'gamma-1']
      const places = words.map((word) => body.indexOf(word))
      demand(
        places.every((place, index) => place > (places[index - 1] ?? -1)),
        `${words.join(', ')} in this order`,
        show(json),
      )
      const [user, assistant] = [roleOf(json, 'alpha-1'), roleOf(json, 'beta-1')]
      demand(user === undefined || user !== assistant, 'a role of its own for the assistant', show(json))
      const system = body.indexOf('sigma-1')
      const inMessages = roleOf(json, 'sigma-1') !== undefined
      demand(!inMessages || system < (places[0] ?? 0), 'the system prompt before all messages', show(json))
    },
  },
  {
    id: 'tool-schema',
    title: "a tool's schema is sent whole",
    mend: 'Send inputSchema as it is: enum, required, bounds and descriptions are what the model goes by.',
    run: async (bench) => {
      bench.needs('tools')
      const {json} = await heard(bench, {tools: [SEARCH]})
      const missing = lost(SEARCH.inputSchema, json)
      demand(missing === undefined, `${missing} in the schema`, show(json))
    },
  },
  {
    id: 'tool-conversation',
    title: 'what was said beside two calls, both results and their failure are sent',
    mend: 'Send the text and all calls of one assistant message, every result, and say of a failed one that it failed.',
    run: async (bench) => {
      bench.needs('tools', 'parallel-tools')
      const good = await heard(bench, {tools: [SEARCH], messages: toolTalk(false)})
      for (const word of ['let me look', 'result-one', 'result-two', '"prose"', '"source"'])
        demand(good.body.replaceAll('\\"', '"').includes(word), `${word} in the request`, show(good.json))
      const bad = await heard(bench, {tools: [SEARCH], messages: toolTalk(true)})
      demand(
        !isDeepStrictEqual(good.json, bad.json),
        'a failed result that differs from one that succeeded',
        'the same request for both',
      )
    },
  },
  {
    id: 'lone-surrogates',
    title: 'half a character does not spoil the request',
    mend: 'Use toWellFormed() on texts: half a surrogate pair is no UTF-8, and services refuse the whole request for it.',
    run: async (bench) => {
      const {body} = await heard(bench, {messages: userText('cut \ud83d here')})
      demand(
        !/\\ud[89a-f]\w\w/i.test(body.replaceAll(/\\ud[89ab]\w\w\\ud[c-f]\w\w/gi, '')),
        'no lone surrogate',
        body.slice(0, 200),
      )
      demand(body.includes('cut ') && body.includes(' here'), 'the text around it', body.slice(0, 200))
    },
  },
  {
    id: 'result-image',
    title: 'an image in the result of a tool is sent, or said to be unsupported',
    mend: 'Send files of tool results, in a message of their own where results are text only, or warn in response-start.',
    run: async (bench) => {
      bench.needs('tools', 'images')
      const {data, messages} = imageTalk()
      const {body, warned} = await heard(bench, {tools: [SEARCH], messages})
      demand(body.includes(data.toString('base64')) || warned, 'its bytes, or a warning', 'neither')
    },
  },
]

function toolTalk(failed: boolean): Message[] {
  const name = SEARCH.name
  const result = (callId: string, text: string) =>
    ({type: 'tool-result', callId, name, content: [{type: 'text', text}]}) as const
  const second = {...result('call_b', 'result-two'), content: [{type: 'text' as const, text: 'result-two'}]}
  return [
    ...userText('look for both'),
    {
      role: 'assistant',
      content: [
        {type: 'text', text: 'let me look'},
        {type: 'tool-call', callId: 'call_a', name, input: {kind: 'source'}},
        {type: 'tool-call', callId: 'call_b', name, input: {kind: 'prose'}},
      ],
    },
    {
      role: 'tool',
      content: [
        {...result('call_a', 'result-one'), content: [{type: 'text', text: 'result-one'}]},
        failed ? {...second, isError: true} : second,
      ],
    },
  ]
}

function imageTalk(): {data: Buffer; messages: Message[]} {
  const data = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  )
  const name = SEARCH.name
  const file = {type: 'file', mediaType: 'image/png', data: new Uint8Array(data), name: 'shot.png'} as const
  const messages: Message[] = [
    ...userText('look'),
    {role: 'assistant', content: [{type: 'tool-call', callId: 'call_a', name, input: {kind: 'source'}}]},
    {
      role: 'tool',
      content: [{type: 'tool-result', callId: 'call_a', name, content: [{type: 'text', text: 'seen'}, file]}],
    },
  ]
  return {data, messages}
}

/** The role of the innermost message that holds a text; undefined for protocols without roles. */
function roleOf(value: unknown, text: string): string | undefined {
  if (typeof value !== 'object' || value === null || !holds(value, text)) return undefined
  const inner = Object.values(value)
    .map((member) => roleOf(member, text))
    .find((role) => role !== undefined)
  const own = (value as {role?: unknown}).role
  return inner ?? (typeof own === 'string' ? own : undefined)
}

/** A keyword of a schema that is in no object of a body with the same value; services may add members. */
function lost(schema: unknown, body: unknown): string | undefined {
  const text = JSON.stringify(body)
  const properties = (schema as typeof SEARCH.inputSchema)['properties'] as Record<string, Record<string, unknown>>
  const wanted = Object.entries(properties).flatMap(([name, rules]) =>
    Object.entries(rules).map(([keyword, value]) => [
      `${name}.${keyword}`,
      `${JSON.stringify(keyword)}:${JSON.stringify(value)}`,
    ]),
  )
  const all = [...wanted, ['required', '"required":["kind"']]
  return all.find(([, part = '']) => !text.includes(part))?.[0]
}
