import {isProviderError, type Provider, type PullProgress} from 'vibe-plugin-api'
import {startScriptedServer, type Reply} from '../../scripted-server.ts'
import {demand, describe, Skip} from '../check.ts'
import type {Bench} from './bench.ts'
import {show} from './demands.ts'
import {within} from './listen.ts'
import type {Scenario} from './scenario.ts'

const LONGEST_MS = 8_000
const BOUND_MS = 1_000

type Pulled = {progress: PullProgress[]; error?: unknown}

/** Fetching a model, for providers that can. */
export const pulling: readonly Scenario[] = [
  {
    id: 'pull',
    title: 'fetching a model tells how far it is, and ends',
    mend: 'Yield {status, completed, total} in bytes as the service tells them; end when the model can be used.',
    run: (bench) =>
      withPull(bench, 'done', async (provider) => {
        const {progress, error} = await pull(provider)
        demand(error === undefined, 'an end', describe(error))
        demand(progress.length > 0, 'progress', 'none')
        const odd = progress.find(
          ({status, completed = 0, total = completed}) => typeof status !== 'string' || completed > total,
        )
        demand(odd === undefined, 'a status, and no more fetched than there is', show(odd))
        const back = progress.findIndex(({completed = 0}, place) => completed < (progress[place - 1]?.completed ?? 0))
        demand(back === -1, 'progress that goes forward', show(progress[back]))
      }),
  },
  {
    id: 'pull-cut',
    title: 'a fetch that breaks off is an error that may be tried again',
    mend: 'Throw stream-interrupted when the service ends before it says that the model is whole.',
    run: (bench) =>
      withPull(bench, 'cut', async (provider) => {
        const {error} = await pull(provider)
        demand(
          isProviderError(error),
          'a ProviderError',
          error === undefined ? 'an end as if it were whole' : describe(error),
        )
        demand(error.code === 'stream-interrupted' && error.retryable, 'stream-interrupted, retryable', describe(error))
      }),
  },
  {
    id: 'pull-failed',
    title: "a fetch that fails is an error with the service's words",
    mend: 'Look for an error in every line.',
    run: (bench) =>
      withPull(bench, 'failed', async (provider) => {
        const {error} = await pull(provider)
        demand(
          isProviderError(error),
          'a ProviderError',
          error === undefined ? 'an end as if it were whole' : describe(error),
        )
        demand(error.message.includes('no space left'), "the service's words", error.message)
      }),
  },
  {
    id: 'pull-abort',
    title: 'an abort ends a fetch',
    mend: 'Hand options.signal to the request, and throw ProviderError aborted.',
    run: (bench) =>
      withPull(bench, 'silent', async (provider) => {
        const stop = new AbortController()
        const call = pull(provider, stop)
        const {error} = await within(BOUND_MS, call, 'an end of the call')
        demand(isProviderError(error) && error.code === 'aborted', 'a ProviderError aborted', describe(error))
      }),
  },
]

async function withPull(
  {dialect, context, open}: Bench,
  end: 'done' | 'cut' | 'failed' | 'silent',
  run: (provider: Provider) => Promise<void>,
): Promise<void> {
  const speech = dialect()
  if (speech.pull === undefined) throw new Skip('the service fetches no models')
  const reply = speech.pull(end === 'silent' ? 'cut' : end)
  const answer: Reply = end === 'silent' ? {...reply, steps: [...reply.steps, {stall: true}]} : reply
  const server = await startScriptedServer(() => answer)
  try {
    const provider = await open(context(`${server.url}${speech.base}`))
    if (provider.pullModel === undefined) throw new Skip('it fetches no models')
    await run(provider)
  } finally {
    await server.close()
  }
}

/** @param stop aborted at the first news, when it is given */
async function pull(provider: Provider, stop?: AbortController): Promise<Pulled> {
  const signal = stop?.signal ?? new AbortController().signal
  const progress: PullProgress[] = []
  const hear = async (): Promise<Pulled> => {
    try {
      for await (const news of provider.pullModel?.('conformance-model', {signal}) ?? []) {
        progress.push(news)
        stop?.abort()
      }
      return {progress}
    } catch (error) {
      return {progress, error}
    }
  }
  return within(LONGEST_MS, hear(), 'an end of the fetch')
}
