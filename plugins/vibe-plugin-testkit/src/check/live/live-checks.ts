import type {ChatRequest, ToolDefinition} from 'vibe-plugin-api'
import {only, textOf, userText} from '../../collect.ts'
import {demand, Skip} from '../check.ts'
import {show, whole} from '../replay/demands.ts'
import type {LiveBench} from './run-live.ts'

export type LiveCheck = {id: string; title: string; mend: string; run: (bench: LiveBench) => Promise<void>}

const ADD: ToolDefinition = {
  name: 'add',
  description: 'Adds two whole numbers',
  inputSchema: {type: 'object', properties: {a: {type: 'integer'}, b: {type: 'integer'}}, required: ['a', 'b']},
}
const SHORT = 256
const SERVICE = 'Look at what the service answered; the replay leg shows whether the provider reads it.'

/** A few short questions, in the order in which they are asked. */
export const liveChecks: readonly LiveCheck[] = [
  {
    id: 'validate',
    title: 'the service takes the key',
    mend: 'Check the endpoint and the key, then what validateConnection asks.',
    run: async ({provider, signal}) => {
      const report = await provider.validateConnection({signal: signal()})
      demand(report.ok, 'ok', report.ok ? '' : `${report.error.code}: ${report.error.message}`)
    },
  },
  {
    id: 'list-models',
    title: 'the service lists models',
    mend: SERVICE,
    run: async ({provider, signal, model}) => {
      if (provider.listModels === undefined) throw new Skip('it lists no models')
      const models = await provider.listModels({signal: signal()})
      demand(models.length > 0, 'models', 'none')
      demand(
        models.some(({id}) => id === model),
        `${model} among them`,
        show(models.slice(0, 5).map(({id}) => id)),
      )
    },
  },
  {
    id: 'chat',
    title: 'the service answers a question',
    mend: SERVICE,
    run: async ({ask}) => {
      const told = await ask({messages: userText('Answer with the one word: ready'), maxOutputTokens: SHORT})
      whole(told)
      demand(/ready/i.test(textOf(told.events)), 'the word "ready"', show(textOf(told.events)))
    },
  },
  {
    id: 'usage',
    title: 'the service counts the tokens, and the provider tells them',
    mend: 'Ask for usage where the service tells it only on request.',
    run: async ({ask}) => {
      const {usage} = whole(await ask({messages: userText('Say yes.'), maxOutputTokens: SHORT}))
      demand((usage.input ?? 0) > 0 && (usage.output ?? 0) > 0, 'counts of input and output', show(usage))
    },
  },
  {
    id: 'tool-call',
    title: 'the model calls a tool and reads its result',
    mend: SERVICE,
    run: async ({ask, subject}) => {
      if (subject.manifest.capabilities['tools'] === 'no') throw new Skip('it calls no tools')
      const question = userText('Use the tool to add 2 and 40, then tell the sum.')
      const first = await ask({messages: question, tools: [ADD], maxOutputTokens: SHORT})
      whole(first)
      const [call] = only(first.events, 'tool-call-end')
      if (call === undefined && subject.manifest.capabilities['tools'] === 'model')
        throw new Skip('this model called no tool')
      demand(call?.input !== undefined, 'a call of add', call === undefined ? textOf(first.events) : call.inputText)
      const {callId, name, input, providerMetadata} = call
      const part = {type: 'tool-call', callId, name, input, ...(providerMetadata && {providerMetadata})} as const
      const messages: ChatRequest['messages'] = [
        ...question,
        {role: 'assistant', content: [...reasoningOf(first.events), part]},
        {role: 'tool', content: [{type: 'tool-result', callId, name, content: [{type: 'text', text: '42'}]}]},
      ]
      const second = await ask({messages, tools: [ADD], maxOutputTokens: SHORT})
      whole(second)
      demand(textOf(second.events).includes('42'), 'the sum 42', show(textOf(second.events)))
    },
  },
  {
    id: 'hand-over',
    title: 'a conversation that another provider began goes on',
    mend: 'Send call ids of other services in a form that this one takes, and leave out metadata that is not yours.',
    run: async ({ask, subject}) => {
      if (subject.manifest.capabilities['tools'] === 'no') throw new Skip('it calls no tools')
      const callId = 'call_from-Another.provider|0123456789abcdef0123456789abcdef'
      const metadata = {elsewhere: {signature: 'opaque'}}
      const messages: ChatRequest['messages'] = [
        ...userText('What is 40 and 2?'),
        {
          role: 'assistant',
          content: [
            {type: 'reasoning', text: 'I add them.', providerMetadata: metadata},
            {type: 'tool-call', callId, name: 'add', input: {a: 40, b: 2}, providerMetadata: metadata},
          ],
        },
        {role: 'tool', content: [{type: 'tool-result', callId, name: 'add', content: [{type: 'text', text: '42'}]}]},
      ]
      whole(await ask({messages, tools: [ADD], maxOutputTokens: SHORT}))
    },
  },
]

function reasoningOf(events: Parameters<typeof textOf>[0]) {
  const [end] = only(events, 'reasoning-end')
  if (end === undefined) return []
  const {providerMetadata} = end
  return [{type: 'reasoning' as const, text: textOf(events, 'reasoning'), ...(providerMetadata && {providerMetadata})}]
}
