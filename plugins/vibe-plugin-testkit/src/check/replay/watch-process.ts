import {AsyncLocalStorage} from 'node:async_hooks'

/** What providers did to the process that they run in. */
export type ProcessWatch = {
  /** Runs what one provider does, so that its doings can be told from those of others. */
  run: <Result>(subject: string, work: () => Promise<Result>) => Promise<Result>
  /** What a provider wrote to the terminal. */
  written: (subject: string) => string[]
  /** How often a provider called the global fetch itself. */
  fetches: (subject: string) => number
  /** Errors that nobody could catch; one that belongs to no provider in particular counts for all. */
  strays: (subject: string) => unknown[]
  release: () => void
}

type Write = typeof process.stdout.write
type Noted<Value> = Array<{subject: string | undefined; value: Value}>

/** Notes what is written and thrown outside of any call, until `release`. A provider may not end the process either. */
export function watchProcess(): ProcessWatch {
  const current = new AsyncLocalStorage<string>()
  const written: Noted<string> = []
  const strays: Noted<unknown> = []
  const fetches: Noted<true> = []
  const streams = [process.stdout, process.stderr]
  const writes = streams.map((stream) => stream.write.bind(stream))
  const note: Write = (chunk: string | Uint8Array) =>
    written.push({subject: current.getStore(), value: Buffer.from(chunk as string).toString('utf8')}) > 0
  for (const stream of streams) stream.write = note
  const {fetch} = globalThis
  globalThis.fetch = (...call) => {
    fetches.push({subject: current.getStore(), value: true})
    return fetch(...call)
  }
  const exit = process.exit.bind(process)
  process.exit = (code) => {
    throw new Error(`the provider called process.exit(${code ?? ''})`)
  }
  const onStray = (error: unknown) => void strays.push({subject: current.getStore(), value: error})
  process.on('unhandledRejection', onStray).on('uncaughtException', onStray)
  return {
    run: (subject, work) => current.run(subject, work),
    written: (subject) => of(written, subject),
    fetches: (subject) => of(fetches, subject).length,
    strays: (subject) => of(strays, subject),
    release: () => {
      for (const [place, stream] of streams.entries()) stream.write = writes[place] ?? stream.write
      process.exit = exit
      globalThis.fetch = fetch
      process.off('unhandledRejection', onStray).off('uncaughtException', onStray)
    },
  }
}

function of<Value>(noted: Noted<Value>, subject: string): Value[] {
  return noted.filter((one) => one.subject === undefined || one.subject === subject).map(({value}) => value)
}
