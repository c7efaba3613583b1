import type {AsyncLocalStorage} from 'node:async_hooks'

const STANDARD_OUTPUT = 1
const STANDARD_ERROR = 2
const CAUGHT = Symbol('vibe.direct-writes')

type Holder = {context: Pick<AsyncLocalStorage<unknown>, 'getStore'>}

/**
 * Sends to standard error what code in the given context writes to the descriptor of standard output, past the stream:
 * `writeSync(1, …)`. It stays for the life of the process and lets all other code pass.
 */
export function catchDirectWrites(context: Holder['context']): void {
  const fs = process.getBuiltinModule('node:fs')
  const present = Reflect.get(fs.writeSync, CAUGHT) as Holder | undefined
  if (present) {
    present.context = context
    return
  }
  const holder: Holder = {context}
  const redirected = <Rest extends unknown[], Result>(write: (descriptor: number, ...rest: Rest) => Result) => {
    const caught = (descriptor: number, ...rest: Rest): Result => {
      const isForeign = descriptor === STANDARD_OUTPUT && holder.context.getStore() !== undefined
      return write.call(fs, isForeign ? STANDARD_ERROR : descriptor, ...rest)
    }
    return Object.assign(caught, {[CAUGHT]: holder})
  }
  Object.assign(fs, {writeSync: redirected(fs.writeSync as never), write: redirected(fs.write as never)})
  // Those who import the names get the new ones, too.
  process.getBuiltinModule('node:module').syncBuiltinESMExports()
}
