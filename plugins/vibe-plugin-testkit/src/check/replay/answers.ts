import {setTimeout as wait} from 'node:timers/promises'
import type {ChatEvent} from 'vibe-plugin-api'
import {only, textOf, userText} from '../../collect.ts'
import {bodyOf, rewritten, torn} from '../../faults.ts'
import {demand, Skip} from '../check.ts'
import {holds, same, show, whole} from './demands.ts'
import type {Scenario} from './scenario.ts'

/** Characters of one to four bytes, so that a torn one shows. */
export const SAID = 'Grüße, 世界 🌍 from a model'
const USAGE = {input: 11, output: 5}
/** The service waits this long for its first half to be heard, in milliseconds. */
const PATIENCE_MS = 2_000
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** What a good answer becomes, and what a request carries. */
export const answers: readonly Scenario[] = [
  {
    id: 'text',
    title: 'an answer of text arrives as it was said',
    mend: 'Yield response-start, text-start, text-delta…, text-end, response-end with stopReason end-turn.',
    run: async ({hear}) => {
      const told = await hear({text: SAID, usage: USAGE})
      const {stopReason} = whole(told)
      same(textOf(told.events), SAID, 'the text')
      same(stopReason, 'end-turn', 'stopReason')
    },
  },
  {
    id: 'split-bytes',
    title: 'an answer torn into single bytes arrives whole',
    mend: 'Decode with one TextDecoder and {stream: true}, and cut events only where the protocol ends them.',
    run: async ({dialect, serve}) => {
      const {ask} = await serve(() => torn(dialect().reply({text: SAID, usage: USAGE}), 1))
      const told = await ask({served: {text: SAID, usage: USAGE}})
      whole(told)
      same(textOf(told.events), SAID, 'the text')
    },
  },
  {
    id: 'line-ends',
    title: 'lines may end in CRLF, and events may be far apart',
    mend: 'Take \\r\\n and \\n alike as the end of a line, wherever the bytes are cut.',
    run: async ({dialect, serve}) => {
      const crlf = rewritten(dialect().reply({text: SAID}), (body) => body.replaceAll('\n', '\r\n'))
      const {ask} = await serve(() => torn(crlf, 5))
      const told = await ask({served: {text: SAID}})
      whole(told)
      same(textOf(told.events), SAID, 'the text')
    },
  },
  {
    id: 'incremental',
    title: 'text is passed on as it comes, not at the end',
    mend: 'Yield each delta when it arrives; do not wait for the whole answer.',
    run: async ({dialect, serve}) => {
      const {steps, ...head} = dialect().reply({text: SAID})
      const heard = Promise.withResolvers<boolean>()
      const until = Promise.race([heard.promise, wait(PATIENCE_MS, false)])
      const last = Math.max(1, steps.length - 2)
      const {ask} = await serve(() => ({...head, steps: [...steps.slice(0, last), {until}, ...steps.slice(last)]}))
      const onEvent = ({type}: ChatEvent) => {
        if (type === 'text-delta') heard.resolve(true)
      }
      whole(await ask({served: {text: SAID}, onEvent}))
      demand(await until, 'a delta before the last byte was sent', `none within ${PATIENCE_MS} ms`)
    },
  },
  {
    id: 'reasoning',
    title: 'reasoning is told apart from the answer',
    mend: 'Yield what the model thinks as reasoning blocks, and what it answers as text blocks.',
    run: async ({hear, needs}) => {
      needs('reasoning')
      const told = await hear({reasoning: 'Ich überlege 🤔 gut', text: SAID, usage: USAGE})
      whole(told)
      same(textOf(told.events, 'reasoning'), 'Ich überlege 🤔 gut', 'the reasoning')
      same(textOf(told.events), SAID, 'the text')
    },
  },
  {
    id: 'empty',
    title: 'an answer that says nothing is an answer or an error, not a crash',
    mend: 'End an empty answer with response-end, or throw ProviderError bad-response.',
    run: async ({dialect, serve}) => {
      const {ask} = await serve(() => dialect().reply({}))
      const told = await ask()
      if (told.end === 'done') whole(told)
      same(textOf(told.events), '', 'the text')
    },
  },
  {
    id: 'request',
    title: 'the request carries the model, the system prompt and every message',
    mend: 'Put request.model, request.system and all messages into the body, their text unchanged.',
    run: async ({dialect, serve, subject}) => {
      const odd = 'naïve \u2028 "quoted" \\n 🌍'
      const {ask, chats} = await serve(() => dialect().reply({text: 'ok'}))
      const middle = {role: 'assistant', content: [{type: 'text', text: 'said before'}]} as const
      const messages = [...userText('first'), {...middle, content: [...middle.content]}, ...userText(odd)]
      whole(await ask({request: {system: 'You are a test.', messages}}))
      const [sent] = chats()
      demand(sent !== undefined && sent.json !== undefined, 'a request with a JSON body', show(sent?.body))
      const wanted = [odd, 'first', 'said before']
      if (subject.dialect?.lacks?.includes('system') !== true) wanted.push('You are a test.')
      for (const part of wanted) demand(holds(sent.json, part), `${show(part)} in the request`, show(sent.json))
      demand(
        holds(sent.json, subject.model) || sent.path.includes(subject.model),
        `the model ${subject.model}`,
        show(sent.json),
      )
    },
  },
  {
    id: 'image',
    title: 'an image is sent, or said to be unsupported',
    mend: 'Send the bytes of a file part; a service that takes none gets a warning in response-start, or the call fails as unsupported.',
    run: async ({dialect, serve, needs}) => {
      needs('images')
      const {ask, chats} = await serve(() => dialect().reply({text: 'a pixel'}))
      const file = {type: 'file', mediaType: 'image/png', data: new Uint8Array(Buffer.from(PIXEL, 'base64'))} as const
      const told = await ask({
        request: {messages: [{role: 'user', content: [{type: 'text', text: 'what is it?'}, file]}]},
      })
      const warned = only(told.events, 'response-start').some(({warnings}) => warnings.length > 0)
      const sent = chats().some(({json}) => holds(json, PIXEL))
      demand(
        sent || warned || told.end === 'thrown',
        'the image in the request, a warning or an error',
        'a request without it',
      )
    },
  },
  {
    id: 'max-output',
    title: 'an answer that met the output limit says so',
    mend: "Map the service's word for it to stopReason max-output.",
    run: async ({dialect, serve}) => {
      const {cut, reply} = dialect()
      if (cut === undefined) throw new Skip('the dialect names no word for it')
      const {ask} = await serve(() => reply({text: SAID, stop: cut}))
      same(whole(await ask({served: {text: SAID, stop: cut}})).stopReason, 'max-output', 'stopReason')
    },
  },
  {
    id: 'content-filter',
    title: 'an answer that a filter stopped says so',
    mend: "Map the service's word for it to stopReason content-filter or refusal, or throw content-blocked.",
    run: async ({dialect, serve}) => {
      const {filtered, reply} = dialect()
      if (filtered === undefined) throw new Skip('the dialect names no word for it')
      const {ask} = await serve(() => reply({text: SAID, stop: filtered}))
      const told = await ask()
      const error = told.error as {code?: string} | undefined
      if (told.end === 'thrown') return same(error?.code, 'content-blocked', 'the code')
      const {stopReason} = whole(told)
      demand(['content-filter', 'refusal'].includes(stopReason), 'stopReason content-filter or refusal', stopReason)
    },
  },
  {
    id: 'one-body',
    title: 'an answer that comes in one piece is the same answer',
    mend: 'Do not rely on one event for each piece that arrives.',
    run: async ({dialect, serve}) => {
      const {ask} = await serve(() => {
        const reply = dialect().reply({text: SAID, usage: USAGE})
        return {...reply, steps: [{write: bodyOf(reply)}]}
      })
      const told = await ask({served: {text: SAID, usage: USAGE}})
      whole(told)
      same(textOf(told.events), SAID, 'the text')
    },
  },
]
