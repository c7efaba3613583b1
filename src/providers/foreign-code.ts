import {catchDirectWrites} from './foreign-output.ts'
import {watchGlobals} from './foreign-globals.ts'
import {setTraps, type ForeignStart} from './foreign-traps.ts'

export type ForeignRun = {
  /** The folder of the package whose code runs; empty when it may be any. */
  root: string
  limitMs: number
  /** Puts back what the code changes of what everybody shares, and fails it when that is the language itself. */
  guardGlobals?: boolean
  /** What is waited for, in the sentence about a passed limit: "importing it". */
  waitingFor: string
}

/**
 * Runs code of a plugin so that it can disable only itself. While it starts,
 * `process.exit` throws for it, since a plugin that gives up would take the user's session along;
 * what it writes to standard output goes to standard error, since a greeting would corrupt the answer of `vibe run --json`;
 * an error that it throws from a timer or a forgotten promise is reported here instead of ending the process;
 * and it has `limitMs` milliseconds, after which these traps stay, so that waking up late does no harm either.
 * Our own code that runs at the same time is told apart by its asynchronous context.
 * A plugin that blocks the event loop cannot be stopped inside one process.
 * @throws what the plugin threw, or an Error that says what it did
 */
export async function runForeign<Result>(
  {root, limitMs, waitingFor, guardGlobals = false}: ForeignRun,
  work: () => Promise<Result>,
): Promise<Result> {
  let fail: ForeignStart['fail'] = () => undefined
  const stray = new Promise<never>((_, reject) => {
    fail = reject
  })
  const start = {root, fail}
  const {context, release} = setTraps(start)
  if (guardGlobals) catchDirectWrites(context)
  const putBack = guardGlobals ? watchGlobals() : undefined
  const exitCode = process.exitCode
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    fail(new Error(`${waitingFor} took more than ${limitMs / 1000} s`))
  }, limitMs)
  try {
    const result = await Promise.race([context.run(start, work), stray])
    const changed = putBack?.().language ?? []
    if (changed.length > 0) throw new Error(`it changed ${changed.slice(0, 3).join(', ')}, which all programs share`)
    return result
  } finally {
    putBack?.()
    clearTimeout(timer)
    if (!isLate) release()
    process.exitCode = exitCode
  }
}
