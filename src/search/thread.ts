import {existsSync} from 'node:fs'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {ensurePrivateFolder} from '../files/private-folder.ts'
import {indexFolder} from './engine-folder.ts'
import type {FromWorker, ToWorker, WorkerStart} from './messages.ts'

/** The thread of an index, seen from outside. */
export type Thread = {
  /** From now on the process waits for it. */
  send: (message: ToWorker) => void
  /** The process no longer waits for it. */
  rest: () => void
  /** Ends it whatever it does; what it has kept so far is whole. */
  end: () => Promise<void>
}

/** Time for a thread to end its git. */
const GRACE_MS = 30

type Listen = {onMessage: (message: FromWorker) => void; onError: (error: unknown) => void}

/** @throws VibeError `index-unusable` when a file of vibe itself is missing */
export async function startThread(start: WorkerStart, {onMessage, onError}: Listen): Promise<Thread> {
  // Without it the index lives in memory, which its notes say.
  await ensurePrivateFolder(indexFolder(start.cache, start.project.root)).catch(() => undefined)
  const {Worker} = process.getBuiltinModule('node:worker_threads')
  const worker = new Worker(workerFile(), {workerData: start})
  worker.on('message', onMessage)
  worker.on('error', onError)
  return {
    send: (message) => {
      worker.ref()
      worker.postMessage(message)
    },
    rest: () => worker.unref(),
    end: async () => {
      worker.postMessage({cancel: true} satisfies ToWorker)
      await new Promise((done) => setTimeout(done, GRACE_MS))
      await worker.terminate()
    },
  }
}

/** Beside this file in the sources; in what is published, one folder above the chunks and the commands. */
function workerFile(): URL {
  if (import.meta.url.endsWith('.ts')) return new URL('worker.ts', import.meta.url)
  const places = ['./index-worker.js', '../index-worker.js'].map((place) => new URL(place, import.meta.url))
  const found = places.find((place) => existsSync(place))
  if (!found) throw unusable('index-worker.js is missing from the package')
  return found
}

export function unusable(reason: string): VibeError {
  return new VibeError({
    code: 'index-unusable',
    message: `The index cannot be used: ${reason}`,
    hint: 'vibe index --rebuild',
    exit: ExitCode.notSetUp,
  })
}
