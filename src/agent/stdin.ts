import {fstatSync} from 'node:fs'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'

/** Bytes of piped context; a model's window is far smaller. */
const MAX_STDIN = 10 * 1024 * 1024
/** With a prompt at hand, a pipe that stays silent this long is taken for one that nobody writes to. */
const SILENT_PIPE_MS = 5000

export type StandardInput = NodeJS.ReadStream & {fd: number}

export type StdinOptions = {
  signal: AbortSignal
  /** With a prompt, an empty silent pipe does not hold the run up; without one, stdin is the prompt and is waited for. */
  hasPrompt: boolean
  /** Says that a wait goes on. */
  notice: (message: string) => void
}

/**
 * Reads what was piped in: until its end, an abort, or (with a prompt, and nothing arriving) five seconds.
 * @returns '' when stdin is a terminal, closed or empty
 * @throws VibeError (exit 2) past 10 MiB
 */
export async function readPipedInput(stdin: StandardInput, options: StdinOptions): Promise<string> {
  if (stdin.isTTY || !isPiped(stdin.fd)) return ''
  const chunks: Buffer[] = []
  let size = 0
  const silence = new AbortController()
  const timer = setTimeout(() => {
    if (options.hasPrompt) silence.abort()
    else options.notice('Waiting for the prompt on standard input.')
  }, SILENT_PIPE_MS)
  try {
    for await (const chunk of abortable(stdin, AbortSignal.any([options.signal, silence.signal]))) {
      clearTimeout(timer)
      size += chunk.length
      if (size > MAX_STDIN) throw tooLarge()
      chunks.push(chunk)
    }
  } finally {
    clearTimeout(timer)
    stdin.destroy()
  }
  options.signal.throwIfAborted()
  if (silence.signal.aborted) options.notice('Nothing came on standard input; going on without it.')
  return new TextDecoder().decode(Buffer.concat(chunks))
}

function isPiped(descriptor: number): boolean {
  try {
    const facts = fstatSync(descriptor)
    return facts.isFIFO() || facts.isFile() || facts.isSocket()
  } catch {
    return false // A closed stdin has nothing to say.
  }
}

async function* abortable(stdin: StandardInput, signal: AbortSignal): AsyncGenerator<Buffer> {
  const iterator = stdin[Symbol.asyncIterator]()
  const aborted = new Promise<{done: true; value: undefined}>((resolve) => {
    const stop = () => resolve({done: true, value: undefined})
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, {once: true})
  })
  for (;;) {
    const next: IteratorResult<unknown> = await Promise.race([iterator.next(), aborted])
    if (next.done) return
    yield Buffer.from(next.value as Uint8Array)
  }
}

function tooLarge(): VibeError {
  return new VibeError({
    code: 'stdin-too-large',
    message: `More than ${MAX_STDIN} bytes came on standard input.`,
    hint: 'Save it to a file and name the file in the prompt.',
    exit: ExitCode.usage,
  })
}
