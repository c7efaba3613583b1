import {only, userText} from '../../collect.ts'
import {demand, Skip} from '../check.ts'
import {same, show, whole} from './demands.ts'
import type {Scenario} from './scenario.ts'

const TOOL = {name: 'look', description: 'Looks', inputSchema: {type: 'object', properties: {}}}
const ASKED = {messages: userText('Look.'), tools: [TOOL]}
const call = (id: string, inputText: string) => ({id, name: 'look', input: {}, inputText})

/** Calls as services send them that are careless, or whose models are. */
export const toolForms: readonly Scenario[] = [
  {
    id: 'no-arguments',
    title: 'a call without any arguments is a call with an empty input',
    mend: 'Take no text at all for {}: that is how services call a tool that has no parameters.',
    run: async ({dialect, serve, needs}) => {
      needs('tools', 'tool-text')
      const {ask} = await serve(() => dialect().reply({toolCalls: [call('call_1', '')]}))
      const told = await ask({request: ASKED})
      whole(told)
      const [end] = only(told.events, 'tool-call-end')
      same(end?.input, {}, 'the input')
      demand(['', '{}'].includes(end?.inputText ?? '?'), 'an empty inputText', show(end?.inputText))
    },
  },
  {
    id: 'odd-tool-json',
    title: 'arguments that are JSON but no object are no input',
    mend: 'Set input only for an object: a list, a number or null is passed on in inputText alone.',
    run: async ({dialect, serve, needs}) => {
      needs('tools', 'tool-text')
      for (const text of ['[1,2]', '5', 'null', '"text"']) {
        const {ask} = await serve(() => dialect().reply({toolCalls: [call('call_1', text)]}))
        const told = await ask({request: ASKED})
        if (told.end === 'thrown') throw new Error(String(told.error))
        const [end] = only(told.events, 'tool-call-end')
        same(end?.inputText, text, 'inputText')
        demand(end?.input === undefined, 'no input', show(end?.input))
      }
    },
  },
  {
    id: 'same-tool-ids',
    title: 'two calls to which the service gave one id are two calls with two ids',
    mend: 'Make an id that was used already a new one: results are joined to their calls by it.',
    run: async ({dialect, serve, needs}) => {
      needs('tools', 'parallel-tools', 'tool-ids')
      const {ask} = await serve(() =>
        dialect().reply({toolCalls: [call('call_1', '{"a":1}'), call('call_1', '{"a":2}')]}),
      )
      const told = await ask({request: ASKED})
      whole(told)
      const ends = only(told.events, 'tool-call-end')
      same(
        ends.map(({input}) => input),
        [{a: 1}, {a: 2}],
        'the inputs',
      )
      demand(new Set(ends.map(({callId}) => callId)).size === 2, 'two ids', show(ends.map(({callId}) => callId)))
    },
  },
  {
    id: 'tools-but-done',
    title: 'an answer that calls tools ends for them, whatever the service says',
    mend: 'Say stopReason tool-calls when there are calls and the service says that it came to its own end.',
    run: async ({dialect, serve, needs}) => {
      needs('tools')
      const {done, reply} = dialect()
      if (done === undefined) throw new Skip('the dialect names no word for an end')
      const {ask} = await serve(() => reply({toolCalls: [call('call_1', '{}')], stop: done}))
      same(whole(await ask({request: ASKED})).stopReason, 'tool-calls', 'stopReason')
    },
  },
  {
    id: 'unknown-stop',
    title: 'a reason to stop that nobody knows is not taken for a good end',
    mend: "Map what you do not know to stopReason other, with the service's word in rawStopReason.",
    run: async ({dialect, serve}) => {
      const {done, reply} = dialect()
      if (done === undefined) throw new Skip('the dialect names no word for an end')
      const {ask} = await serve(() => reply({text: 'and then', stop: 'sudden_eclipse'}))
      const {stopReason, rawStopReason} = whole(await ask())
      same({stopReason, rawStopReason}, {stopReason: 'other', rawStopReason: 'sudden_eclipse'}, 'the end')
    },
  },
]
