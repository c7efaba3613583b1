import type {Provider} from 'vibe-plugin-api'
import {plainCount, plainEmbeddings, plainModels, plainReport} from './foreign-results.ts'
import {watchGlobals} from './foreign-globals.ts'
import {setTraps, type ForeignStart} from './foreign-traps.ts'
import {tameError} from './tame-error.ts'

const PARTING_MS = 1_000
/** The longest that a timer takes. */
const AWAKE_MS = 2 ** 31 - 1

export type ForeignOwner = {
  /** The folder of the package. */
  root: string
  /** Told what the plugin throws while nobody waits for it. */
  onStray: (error: unknown) => void
}

/**
 * The same provider, its results and errors as plain data, under the traps of `runForeign` for as long as the process lives: it cannot end the process or write
 * to standard output, and what it throws from a timer or a forgotten promise fails the call that waits for it, or
 * nothing when none does. What cannot be trapped is code that blocks the event loop.
 */
export function guardProvider(provider: Provider, owner: ForeignOwner): Provider {
  const hold = holder(owner)
  const {listModels, countTokens, embed, pullModel, dispose} = provider
  const guarded: Partial<Provider> = {
    chat: (request, options) => guardedStream(hold, () => provider.chat(request, options)),
    validateConnection: async (options) => plainReport(await hold(() => provider.validateConnection(options))),
    ...(listModels && {
      listModels: async (options) => plainModels(await hold(() => listModels.call(provider, options))),
    }),
    ...(countTokens && {
      countTokens: async (request, options) =>
        plainCount(await hold(() => countTokens.call(provider, request, options))),
    }),
    ...(embed && {
      embed: async (request, options) => plainEmbeddings(await hold(() => embed.call(provider, request, options))),
    }),
    ...(pullModel && {
      pullModel: (model, options) => guardedStream(hold, () => pullModel.call(provider, model, options)),
    }),
    ...(dispose && {dispose: () => parting(hold, {owner, dispose: () => dispose.call(provider)})}),
  }
  // Whatever else the plugin's object has stays within reach, and it may be frozen.
  return Object.create(provider, Object.getOwnPropertyDescriptors(guarded)) as Provider
}

type Hold = <Result>(work: () => PromiseLike<Result> | Result) => Promise<Result>

function holder({root, onStray}: ForeignOwner): Hold {
  const waiting = new Set<(error: unknown) => void>()
  const fail: ForeignStart['fail'] = (error) => {
    if (waiting.size === 0) return onStray(error)
    for (const reject of waiting) reject(tameError(error))
  }
  const start = {root, fail}
  const {context} = setTraps(start)
  return (work) =>
    new Promise((resolve, reject) => {
      waiting.add(reject)
      const settled = () => waiting.delete(reject)
      const running = context.run(start, async () => work())
      // While nothing else is awaited, Node would end the process as if all were done.
      const awake = setInterval(() => undefined, AWAKE_MS)
      running
        .then(resolve, (error: unknown) => reject(tameError(error)))
        .finally(() => (settled(), clearInterval(awake)))
        .catch(onStray)
    })
}

/** Whoever is asked to go is given a moment, and what goes wrong then concerns nobody. */
async function parting(hold: Hold, {owner, dispose}: {owner: ForeignOwner; dispose: () => unknown}): Promise<void> {
  const {promise: late, resolve} = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, PARTING_MS)
  await Promise.race([hold(dispose).catch(owner.onStray), late])
  clearTimeout(timer)
}

/** Each step is held by itself, so that the plugin's code runs nowhere else. */
function guardedStream<Event>(hold: Hold, open: () => AsyncIterable<Event>): AsyncIterable<Event> {
  let iterator: AsyncIterator<Event> | undefined
  const putBack = watchGlobals()
  const opened = () => (iterator ??= iteratorOf(open()))
  const next = async () => {
    const step = await hold(async () => {
      const {done, value} = await opened().next()
      return done === true ? {done: true as const, value: undefined} : {done: false as const, value}
    }).catch((error: unknown) => {
      putBack()
      throw error
    })
    if (step.done) putBack()
    return step
  }
  return {
    [Symbol.asyncIterator]: () => ({
      next,
      return: async () => {
        const current = iterator
        if (current?.return) await hold(() => current.return?.()).finally(putBack)
        putBack()
        return {done: true, value: undefined}
      },
    }),
  }
}

function iteratorOf<Event>(stream: AsyncIterable<Event>): AsyncIterator<Event> {
  const isStream = typeof stream === 'object' && stream !== null && Symbol.asyncIterator in stream
  if (!isStream) throw new Error('chat() gave no stream')
  return stream[Symbol.asyncIterator]()
}
