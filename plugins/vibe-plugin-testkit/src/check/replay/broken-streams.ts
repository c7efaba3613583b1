import {textOf} from '../../collect.ts'
import {firstSteps} from '../../faults.ts'
import type {Reply, Step} from '../../scripted-server.ts'
import {demand, Skip} from '../check.ts'
import type {Bench} from './bench.ts'
import {failed, same, show} from './demands.ts'
import type {Told} from './listen.ts'
import type {Scenario} from './scenario.ts'

const TEXT = 'Half a sentence'
const MARKER = 'a sen'
/** Nothing listens there, no system hands it out, and fetch does not refuse it. */
const DEAD_PORT = 3

/** What becomes of answers that begin well and end badly, or are none. */
export const brokenStreams: readonly Scenario[] = [
  {
    id: 'error-in-stream',
    title: 'an error inside a stream ends it as an error, and what was said stays',
    mend: 'Throw a ProviderError for an error event; never end such an answer with response-end.',
    run: async (bench) => {
      const {errorEvent} = bench.dialect()
      if (errorEvent === undefined) throw new Skip('the protocol has no errors inside a stream')
      const told = await half(bench, [{write: errorEvent('Broke in the middle')}])
      const error = failed(told, 'server-error', 'stream-interrupted', 'overloaded')
      demand(error.message.includes('Broke in the middle'), "the service's words", error.message)
      partial(told)
    },
  },
  {
    id: 'error-first',
    title: 'an error as the first event of a stream is an error',
    mend: 'Look for an error in every event, the first one too.',
    run: async ({dialect, serve}) => {
      const {errorEvent, reply} = dialect()
      if (errorEvent === undefined) throw new Skip('the protocol has no errors inside a stream')
      const {ask} = await serve(() => ({...reply({}), steps: [{write: errorEvent('Broke at once')}]}))
      failed(await ask(), 'server-error', 'stream-interrupted', 'overloaded')
    },
  },
  {
    id: 'truncated',
    title: 'a stream that ends without its last event is an error',
    mend: 'Throw stream-interrupted when the body ends before the protocol says that the answer is whole.',
    run: async (bench) => {
      const told = await half(bench, [])
      same(failed(told, 'stream-interrupted').retryable, true, 'retryable')
      partial(told)
    },
  },
  {
    id: 'cut-connection',
    title: 'a connection that breaks in the middle is an error, and what was said stays',
    mend: 'Yield deltas as they come, and turn a broken connection into stream-interrupted.',
    run: async (bench) => {
      const told = await half(bench, [{waitMs: 20}, {destroy: true}])
      same(failed(told, 'stream-interrupted').retryable, true, 'retryable')
      partial(told)
    },
  },
  {
    id: 'cut-before',
    title: 'a connection that breaks before the answer is an error that may be tried again',
    mend: 'Turn it into network or stream-interrupted, retryable.',
    run: async ({dialect, serve}) => {
      const {ask} = await serve(() => ({...dialect().reply({}), steps: [{destroy: true}]}))
      same(failed(await ask(), 'network', 'stream-interrupted').retryable, true, 'retryable')
    },
  },
  {
    id: 'refused-connection',
    title: 'a service that is not there is a network error',
    mend: 'Turn what the connection throws into a ProviderError network, retryable.',
    run: async ({dialect, context, open, listen}) => {
      const endpoint = `http://127.0.0.1:${DEAD_PORT}${dialect().base}`
      const provider = await open(context(endpoint))
      same(failed(await listen(provider), 'network').retryable, true, 'retryable')
    },
  },
  {
    id: 'web-page',
    title: 'a web page with 200 is no answer',
    mend: 'Look at what comes before you trust the status: a proxy or a login page answers 200. Throw bad-response.',
    run: async ({dialect, serve}) => {
      dialect()
      const page = '<!doctype html><html><body><h1>Sign in</h1></body></html>'
      const {ask} = await serve(() => ({headers: {'content-type': 'text/html'}, steps: [{write: page}]}))
      const told = await ask()
      failed(told, 'bad-response')
      same(textOf(told.events), '', 'the text')
    },
  },
  {
    id: 'garbage',
    title: 'bytes that are not the protocol are an error, not text',
    mend: 'Throw bad-response for what cannot be read; neither skip it nor crash with a SyntaxError.',
    run: async ({dialect, serve}) => {
      const {ask} = await serve(() => ({
        ...dialect().reply({}),
        steps: [{write: '\u0000\u0001{{{{ not the protocol\n\n'}],
      }))
      const told = await ask()
      failed(told, 'bad-response', 'stream-interrupted')
      same(textOf(told.events), '', 'the text')
    },
  },
  {
    id: 'empty-body',
    title: 'a body without a byte is an error',
    mend: 'Throw stream-interrupted or bad-response when nothing came.',
    run: async ({dialect, serve}) => {
      const {ask} = await serve(() => ({...dialect().reply({}), steps: []}))
      failed(await ask(), 'stream-interrupted', 'bad-response')
    },
  },
]

/** Half a sentence, and then something else. */
async function half({dialect, serve}: Bench, then: Step[]): Promise<Told> {
  const reply = (): Reply => {
    const good = dialect().reply({text: TEXT})
    return {...good, steps: [...firstSteps(good, MARKER), ...then]}
  }
  const {ask} = await serve(reply)
  return ask()
}

/** What was heard has to be the beginning of what was said, and some of it. */
function partial({events}: Told): void {
  const text = textOf(events)
  demand(TEXT.startsWith(text) && text !== '', 'the text that had arrived', show(text))
}
