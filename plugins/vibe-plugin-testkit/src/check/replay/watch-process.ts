/** What a provider did to the process that it runs in. */
export type ProcessTraces = {written: string[]; strays: unknown[]; release: () => void}

type Write = typeof process.stdout.write

/** Notes what is written and thrown outside of any call, until `release`. A provider may not end the process either. */
export function watchProcess(): ProcessTraces {
  const written: string[] = []
  const strays: unknown[] = []
  const streams = [process.stdout, process.stderr]
  const writes = streams.map((stream) => stream.write.bind(stream))
  const note: Write = (chunk: string | Uint8Array) => written.push(Buffer.from(chunk as string).toString('utf8')) > 0
  for (const stream of streams) stream.write = note
  const exit = process.exit.bind(process)
  process.exit = (code) => {
    throw new Error(`the provider called process.exit(${code ?? ''})`)
  }
  const onStray = (error: unknown) => void strays.push(error)
  process.on('unhandledRejection', onStray).on('uncaughtException', onStray)
  return {
    written,
    strays,
    release: () => {
      for (const [place, stream] of streams.entries()) stream.write = writes[place] ?? stream.write
      process.exit = exit
      process.off('unhandledRejection', onStray).off('uncaughtException', onStray)
    },
  }
}
