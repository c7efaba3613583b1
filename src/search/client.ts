import type {Answer, FromWorker, Wish, WorkerStart} from './messages.ts'
import {startThread, unusable, type Thread} from './thread.ts'

export type AskOptions = {
  signal: AbortSignal
  /** How many of the changed files are read, and how many there are. */
  onProgress?: (done: number, total: number) => void
}

/** The index of one project, kept up to date in a thread of its own; the process can end while it waits. */
export type SearchClient = {
  /**
   * Looks at what changed since the last time, then answers.
   * @throws the signal's reason when cancelled; what was read by then is kept
   */
  ask: (wish: Wish, options: AskOptions) => Promise<Answer>
  close: () => Promise<void>
}

type Waiting = {settle: (message: FromWorker) => void; fail: (error: unknown) => void}

/** Starts nothing before the first question. */
export function createSearchClient(start: WorkerStart): SearchClient {
  const waiting = new Map<number, Waiting>()
  const failAll = (error: unknown) => {
    for (const one of waiting.values()) one.fail(error)
    waiting.clear()
  }
  const runner = createRunner(start, (message) => waiting.get(message.id)?.settle(message), failAll)
  let last = 0
  const ask: SearchClient['ask'] = async (wish, {signal, onProgress}) => {
    signal.throwIfAborted()
    const id = ++last
    const {promise, resolve: done, reject: fail} = Promise.withResolvers<Answer>()
    const abort = () => {
      waiting.delete(id)
      fail(signal.reason)
      // Others may still wait for their answers.
      if (waiting.size === 0) void runner.end()
    }
    signal.addEventListener('abort', abort, {once: true})
    waiting.set(id, {fail, settle: (message) => settle(message, {done, fail, onProgress})})
    runner.run((thread) => thread.send({id, wish}), fail)
    try {
      return await promise
    } finally {
      signal.removeEventListener('abort', abort)
      waiting.delete(id)
      if (waiting.size === 0) runner.run((thread) => thread.rest())
    }
  }
  const close = async () => {
    failAll(new Error('the index was closed'))
    await runner.end()
  }
  return {ask, close}
}

/** Starts the thread when it is needed, again if it was ended. */
function createRunner(start: WorkerStart, onMessage: (message: FromWorker) => void, failAll: (error: unknown) => void) {
  let thread: Promise<Thread> | undefined
  const end = async () => {
    const ended = thread
    thread = undefined
    // One that never started has nothing to end.
    await ended?.then((running) => running.end(), ignore)
  }
  const onError = (error: unknown) => {
    failAll(unusable(error instanceof Error ? error.message : String(error)))
    void end()
  }
  return {
    end,
    /** Without `fail` only a thread that runs is meant. */
    run: (use: (thread: Thread) => void, fail?: (error: unknown) => void) => {
      if (fail) thread ??= startThread(start, {onMessage, onError})
      thread?.then(use, fail ?? ignore)
    },
  }
}

type Settle = {done: (answer: Answer) => void; fail: (error: unknown) => void; onProgress: AskOptions['onProgress']}

function settle(message: FromWorker, {done, fail, onProgress}: Settle): void {
  if ('progress' in message) onProgress?.(message.progress.done, message.progress.total)
  else if ('answer' in message) done(message.answer)
  else fail(unusable(message.failed.message))
}

function ignore(): void {}
