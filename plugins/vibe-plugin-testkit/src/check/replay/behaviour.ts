import {isDeepStrictEqual} from 'node:util'
import type {ChatRequest} from 'vibe-plugin-api'
import {only, textOf, userText} from '../../collect.ts'
import {refusal} from '../../faults.ts'
import type {Reply, Step} from '../../scripted-server.ts'
import {demand, Skip} from '../check.ts'
import {failed, same, show, whole} from './demands.ts'
import type {Scenario} from './scenario.ts'

const CALLS = 4
const PINGS = 5
const CALL = {id: 'call_same', name: 'look', input: {at: 'it'}}
const TOOL = {name: 'look', description: 'Looks', inputSchema: {type: 'object', properties: {}}}

/** How calls stand to each other and to what they are given. */
export const behaviour: readonly Scenario[] = [
  {
    id: 'concurrent',
    title: 'answers of calls at the same time do not mix',
    mend: 'Keep everything that belongs to an answer inside its call, nothing in the provider or the module.',
    run: async ({dialect, serve}) => {
      const {ask} = await serve(({body}): Reply => {
        const number = /question-(\d)/.exec(body)?.[1] ?? '?'
        const {steps, ...head} = dialect().reply({text: `answer ${number}, and ${number} again`})
        return {...head, steps: steps.flatMap((step): Step[] => [step, {waitMs: 5}])}
      })
      const numbers = Array.from({length: CALLS}, (_, number) => number)
      const heard = await Promise.all(
        numbers.map((number) => ask({request: {messages: userText(`question-${number}`)}})),
      )
      for (const [number, told] of heard.entries()) {
        whole(told)
        same(textOf(told.events), `answer ${number}, and ${number} again`, `answer ${number}`)
      }
    },
  },
  {
    id: 'next-call',
    title: 'a call knows nothing of the one before',
    mend: 'Make parsers, counters and ids anew in each call.',
    run: async ({dialect, serve, subject}) => {
      const served =
        subject.dialect?.lacks?.includes('tools') === true ? {text: 'again'} : {text: 'again', toolCalls: [CALL]}
      const {ask} = await serve(() => dialect().reply(served))
      const first = await ask({request: {tools: [TOOL]}, served})
      const second = await ask({request: {tools: [TOOL]}, served})
      whole(first)
      same(whole(second).stopReason, whole(first).stopReason, 'the second stopReason')
      same(second.events.filter(isPlain), first.events.filter(isPlain), 'the second answer')
    },
  },
  {
    id: 'after-error',
    title: 'a call after one that failed succeeds',
    mend: 'Leave nothing half done behind when a call throws.',
    run: async ({dialect, serve}) => {
      const broken = (index: number) => index === 0
      const {ask} = await serve((_request, index) =>
        broken(index) ? refusal(dialect(), {status: 500, message: 'once'}) : dialect().reply({text: 'well again'}),
      )
      failed(await ask())
      const told = await ask()
      whole(told)
      same(textOf(told.events), 'well again', 'the text')
    },
  },
  {
    id: 'request-unchanged',
    title: 'the request is left as it was',
    mend: 'Copy what you change: the caller sends the same messages again.',
    run: async ({hear, subject}) => {
      const request: ChatRequest = {
        model: subject.model,
        system: 'You are a test.',
        messages: [
          ...userText('first'),
          {role: 'assistant', content: [{type: 'text', text: 'then'}]},
          ...userText('last'),
        ],
        tools: [TOOL],
        stopSequences: ['END'],
        maxOutputTokens: 100,
      }
      const before = structuredClone(request)
      const told = await hear({text: 'ok'}, {request})
      whole(told)
      demand(isDeepStrictEqual(request, before), `the request ${show(before)}`, show(request))
    },
  },
  {
    id: 'slow',
    title: 'an answer that comes slowly is waited for',
    mend: 'Set no timers of your own on the answer: vibe measures silence, and the user decides.',
    run: async ({dialect, serve}) => {
      const {ask} = await serve(() => {
        const {steps, ...head} = dialect().reply({text: 'slow but whole'})
        return {...head, steps: [{waitMs: 400}, ...steps.flatMap((step): Step[] => [step, {waitMs: 20}])]}
      })
      const told = await ask({served: {text: 'slow but whole'}})
      whole(told)
      same(textOf(told.events), 'slow but whole', 'the text')
    },
  },
  {
    id: 'keep-alive',
    title: 'bytes that say nothing count as activity, and as nothing else',
    mend: 'Call options.onActivity whenever bytes arrive: else a service that thinks and only pings is cut off as silent.',
    run: async ({dialect, serve}) => {
      const {keepAlive, reply} = dialect()
      if (keepAlive === undefined) throw new Skip('the protocol has no keep-alive')
      const count = async (pings: number) => {
        const {ask} = await serve(() => {
          const {steps, ...head} = reply({text: 'after pings'})
          const silence = Array.from({length: pings}, (): Step => ({write: keepAlive}))
          return {...head, steps: [...steps.slice(0, 1), ...silence, ...steps.slice(1)].flatMap(apart)}
        })
        let active = 0
        const told = await ask({options: {onActivity: () => void active++}, served: {text: 'after pings'}})
        whole(told)
        same(textOf(told.events), 'after pings', 'the text')
        return active
      }
      const [without, withPings] = await Promise.all([count(0), count(PINGS)])
      const more = withPings - without
      demand(
        more >= PINGS - 1,
        `onActivity for each of ${PINGS} pings`,
        `${Math.max(0, more)} calls more with them than without`,
      )
    },
  },
  {
    id: 'contract',
    title: 'the provider has what the contract asks for',
    mend: 'Return {id: context.providerId, chat, validateConnection} from the entry.',
    run: async ({context, open, subject}) => {
      const provider = await open(context(subject.manifest.endpoint.default))
      same(provider.id, subject.manifest.id, 'id')
      for (const name of ['chat', 'validateConnection'] as const) same(typeof provider[name], 'function', name)
    },
  },
  {
    id: 'start-event',
    title: 'an answer begins with its warnings',
    mend: 'Yield response-start with warnings: [] at least; say there what the service does not take.',
    run: async ({hear}) => {
      const told = await hear({text: 'ok'})
      whole(told)
      const [start] = only(told.events, 'response-start')
      demand(Array.isArray(start?.warnings), 'a list of warnings', show(start))
    },
  },
]

/** Ids of the answer itself may differ from call to call. */
function isPlain({type}: {type: string}): boolean {
  return type !== 'response-start' && type !== 'response-end'
}

/** With a pause, so that the step arrives by itself. */
function apart(step: Step): Step[] {
  return [step, {waitMs: 15}]
}
