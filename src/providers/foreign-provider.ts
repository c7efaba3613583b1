import type {Provider} from 'vibe-plugin-api'
import {setTraps, type ForeignStart} from './foreign-traps.ts'

export type ForeignOwner = {
  /** The folder of the package. */
  root: string
  /** Told what the plugin throws while nobody waits for it. */
  onStray: (error: unknown) => void
}

/**
 * The same provider under the traps of `runForeign` for as long as the process lives: it cannot end the process or write
 * to standard output, and what it throws from a timer or a forgotten promise fails the call that waits for it, or
 * nothing when none does. What cannot be trapped is code that blocks the event loop.
 */
export function guardProvider(provider: Provider, owner: ForeignOwner): Provider {
  const hold = holder(owner)
  const {listModels, countTokens, embed, pullModel, dispose} = provider
  const guarded: Partial<Provider> = {
    chat: (request, options) => guardedStream(hold, () => provider.chat(request, options)),
    validateConnection: (options) => hold(() => provider.validateConnection(options)),
    ...(listModels && {listModels: (options) => hold(() => listModels.call(provider, options))}),
    ...(countTokens && {countTokens: (request, options) => hold(() => countTokens.call(provider, request, options))}),
    ...(embed && {embed: (request, options) => hold(() => embed.call(provider, request, options))}),
    ...(pullModel && {
      pullModel: (model, options) => guardedStream(hold, () => pullModel.call(provider, model, options)),
    }),
    ...(dispose && {dispose: () => hold(() => dispose.call(provider))}),
  }
  // Whatever else the plugin's object has stays within reach, and it may be frozen.
  return Object.create(provider, Object.getOwnPropertyDescriptors(guarded)) as Provider
}

type Hold = <Result>(work: () => PromiseLike<Result> | Result) => Promise<Result>

function holder({root, onStray}: ForeignOwner): Hold {
  const waiting = new Set<(error: unknown) => void>()
  const fail: ForeignStart['fail'] = (error) => {
    if (waiting.size === 0) return onStray(error)
    for (const reject of waiting) reject(error)
  }
  const start = {root, fail}
  const {context} = setTraps(start)
  return (work) =>
    new Promise((resolve, reject) => {
      waiting.add(reject)
      const settled = () => waiting.delete(reject)
      const running = context.run(start, async () => work())
      running.then(resolve, reject).finally(settled).catch(onStray)
    })
}

/** Each step is held by itself, so that the plugin's code runs nowhere else. */
function guardedStream<Event>(hold: Hold, open: () => AsyncIterable<Event>): AsyncIterable<Event> {
  let iterator: AsyncIterator<Event> | undefined
  const opened = () => (iterator ??= open()[Symbol.asyncIterator]())
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => hold(() => opened().next()),
      return: async () => {
        const current = iterator
        if (current?.return) await hold(() => current.return?.())
        return {done: true, value: undefined}
      },
    }),
  }
}
