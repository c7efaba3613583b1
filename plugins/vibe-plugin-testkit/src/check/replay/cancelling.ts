import {setTimeout as wait} from 'node:timers/promises'
import {firstSteps} from '../../faults.ts'
import type {RecordedRequest, Reply} from '../../scripted-server.ts'
import {demand} from '../check.ts'
import type {Bench, Service} from './bench.ts'
import {failed, same, whole} from './demands.ts'
import {within} from './listen.ts'
import type {Scenario} from './scenario.ts'

/** How long an abort may take, in milliseconds: a person pressed a key and waits. */
const BOUND_MS = 1_000
const SILENCE_MS = 300
const MEND = 'Hand signal to the request and to every wait, and throw ProviderError aborted once it is set.'

/** What becomes of calls that are not wanted any more. */
export const cancelling: readonly Scenario[] = [
  {
    id: 'abort-before',
    title: 'a call that is aborted already sends nothing',
    mend: MEND,
    run: async ({subject, dialect, serve, hear}) => {
      const options = {signal: AbortSignal.abort()}
      if (subject.script !== undefined) return void failed(await hear({text: 'late'}, {options}), 'aborted')
      const {ask, server} = await serve(() => dialect().reply({text: 'late'}))
      failed(await ask({options}), 'aborted')
      same(server.requests.length, 0, 'the number of requests')
    },
  },
  {
    id: 'abort-waiting',
    title: 'an abort ends a call that waits for the answer to begin',
    mend: MEND,
    run: async ({dialect, serve}) => {
      const {reply} = dialect()
      const service = await serve(async ({closed}) => {
        await closed
        return reply({})
      })
      const stop = new AbortController()
      const call = service.ask({options: {signal: stop.signal}})
      await arrived(service)
      stop.abort()
      const told = await within(BOUND_MS, call, 'an end of the call')
      failed(told, 'aborted')
      await closes(service.chats()[0])
    },
  },
  {
    id: 'abort-streaming',
    title: 'an abort ends an answer in the middle, and its connection',
    mend: MEND,
    run: async (bench) => {
      const stop = new AbortController()
      const heard = Promise.withResolvers<void>()
      const onEvent = ({type}: {type: string}) => {
        if (type !== 'text-delta' || stop.signal.aborted) return
        stop.abort()
        heard.resolve()
      }
      const ask = {options: {signal: stop.signal}, onEvent}
      const service = bench.subject.script === undefined ? await silentMiddle(bench) : undefined
      const call = service?.ask(ask) ?? bench.hear({text: 'Many words. '.repeat(1000)}, ask)
      await Promise.race([heard.promise, call])
      failed(await within(BOUND_MS, call, 'an end of the call'), 'aborted')
      if (service !== undefined) await closes(service.chats()[0])
    },
  },
  {
    id: 'abort-silence',
    title: 'an answer whose service fell silent goes on until it is aborted, and ends then',
    mend: 'Set no timer of your own on silence, since vibe has one; and hand signal to every wait.',
    run: async (bench) => {
      const service = await silentMiddle(bench)
      const stop = new AbortController()
      const call = service.ask({options: {signal: stop.signal}})
      const early = await Promise.race([call, wait(SILENCE_MS)])
      demand(early === undefined, 'no end before the abort', `${early?.end} after less than ${SILENCE_MS} ms`)
      stop.abort()
      failed(await within(BOUND_MS, call, 'an end of the call'), 'aborted')
    },
  },
  {
    id: 'abort-credential',
    title: 'an abort ends a call whose key is not there yet',
    mend: 'Hand the signal to context.credential: a keychain may ask the user, and take as long as that.',
    run: async ({dialect, serve}) => {
      const {ask, server} = await serve(() => dialect().reply({text: 'late'}), {credential: untilAborted})
      const call = ask({options: {signal: AbortSignal.timeout(50)}})
      failed(await within(BOUND_MS, call, 'an end of the call'), 'aborted')
      same(server.requests.length, 0, 'the number of requests')
    },
  },
  {
    id: 'abort-after',
    title: 'an abort after the end does nothing',
    mend: 'Leave no listener behind that throws when the signal is aborted later.',
    run: async ({hear}) => {
      const stop = new AbortController()
      whole(await hear({text: 'done'}, {options: {signal: stop.signal}}))
      stop.abort()
      await wait(20)
    },
  },
  {
    id: 'early-exit',
    title: 'leaving the loop closes the connection',
    mend: 'Close the response in a finally block of the generator: break runs it.',
    run: async (bench) => {
      const service = await silentMiddle(bench)
      const onEvent = ({type}: {type: string}) => type === 'text-delta'
      const told = await service.ask({onEvent})
      same(told.end, 'left', 'the end')
      await closes(service.chats()[0])
    },
  },
]

/** A service that says half a sentence and then nothing, with the connection open. */
function silentMiddle({dialect, serve}: Bench): Promise<Service> {
  const {reply} = dialect()
  return serve((): Reply => {
    const good = reply({text: 'Half a sentence'})
    return {...good, steps: [...firstSteps(good, 'a sen'), {stall: true}]}
  })
}

async function arrived({chats}: Service): Promise<void> {
  for (let tries = 0; chats().length === 0 && tries < 200; tries++) await wait(10)
  demand(chats().length > 0, 'a request within 2000 ms', 'none')
}

async function closes(request: RecordedRequest | undefined): Promise<void> {
  demand(request !== undefined, 'a request', 'none')
  await within(BOUND_MS, request.closed, 'a closed connection')
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
}
