import {parentPort, workerData} from 'node:worker_threads'
import {clearEngine, engineStatus, openEngine, searchEngine, updateEngine, type Engine} from './engine.ts'
import type {Answer, FromWorker, ToWorker, Wish, WorkerStart} from './messages.ts'

/** The thread that owns the index: it reads files and SQLite, which block, so that nobody else has to. */
function serve({cache, project}: WorkerStart): void {
  const stop = new AbortController()
  const say = (message: FromWorker) => parentPort?.postMessage(message)
  let engine: Engine | undefined
  let before: Promise<void> = Promise.resolve()
  const answer = async (id: number, wish: Wish) => {
    try {
      engine ??= openEngine(cache, project)
      const onProgress = (done: number, total: number) => say({id, progress: {done, total}})
      say({id, answer: await work(engine, wish, {signal: stop.signal, onProgress})})
    } catch (error) {
      const {message, name} = error instanceof Error ? error : new Error(String(error))
      say({id, failed: {message, name}})
    }
  }
  parentPort?.on('message', (message: ToWorker) => {
    if ('cancel' in message) stop.abort()
    else before = before.then(() => answer(message.id, message.wish))
  })
}

const UNCHANGED = {listed: 0, changed: 0, removed: 0, skipped: 0, partial: false}

async function work(engine: Engine, wish: Wish, how: Parameters<typeof updateEngine>[1]): Promise<Answer> {
  const started = performance.now()
  if (wish.kind === 'rebuild') clearEngine(engine)
  const update = wish.kind === 'status' ? UNCHANGED : await updateEngine(engine, how)
  const updated = performance.now()
  const hits = wish.kind === 'search' ? await searchEngine(engine, wish.question, how) : []
  const ms = {update: updated - started, search: performance.now() - updated}
  return {hits, update, status: engineStatus(engine), ms}
}

serve(workerData as WorkerStart)
