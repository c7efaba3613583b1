import {fstatSync} from 'node:fs'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'

/** Bytes of piped context; a model's window is far smaller. */
const MAX_STDIN = 10 * 1024 * 1024
/**
 * With a prompt at hand, an input that stays silent this long is taken for one that nobody writes to. A shell's pipe has
 * a writer, which may be slow; a socket is what programs give their children by default, mostly unused.
 */
const SILENT_MS = {pipe: 15_000, socket: 500, file: 15_000}

export type StandardInput = NodeJS.ReadStream & {fd: number}

export type StdinOptions = {
  signal: AbortSignal
  /** With a prompt, an empty silent pipe does not hold the run up; without one, stdin is the prompt and is waited for. */
  hasPrompt: boolean
  /** Says that a wait goes on. */
  notice: (message: string) => void
}

/**
 * Reads what was piped in: until its end, an abort, or (with a prompt, and nothing arriving) a while.
 * @returns '' when stdin is a terminal, closed or empty
 * @throws VibeError (exit 2) past 10 MiB, and for what is no text
 */
export async function readPipedInput(stdin: StandardInput, options: StdinOptions): Promise<string> {
  const kind = stdin.isTTY ? undefined : kindOf(stdin.fd)
  if (kind === undefined) return ''
  const chunks: Buffer[] = []
  let size = 0
  const silence = new AbortController()
  const timer = setTimeout(() => {
    if (options.hasPrompt) silence.abort()
    else options.notice('Waiting for the prompt on standard input.')
  }, SILENT_MS[kind])
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
  const bytes = Buffer.concat(chunks)
  if (bytes.includes(0)) throw binary()
  return new TextDecoder().decode(bytes)
}

function kindOf(descriptor: number): keyof typeof SILENT_MS | undefined {
  try {
    const facts = fstatSync(descriptor)
    if (facts.isFIFO()) return 'pipe'
    if (facts.isSocket()) return 'socket'
    return facts.isFile() ? 'file' : undefined
  } catch {
    return undefined // A closed stdin has nothing to say.
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

function binary(): VibeError {
  return new VibeError({
    code: 'stdin-binary',
    message: 'What came on standard input is binary, not text.',
    hint: 'Save it to a file and name the file in the prompt, or send an image with --image.',
    exit: ExitCode.usage,
  })
}

function tooLarge(): VibeError {
  return new VibeError({
    code: 'stdin-too-large',
    message: `More than ${MAX_STDIN} bytes came on standard input.`,
    hint: 'Save it to a file and name the file in the prompt.',
    exit: ExitCode.usage,
  })
}
