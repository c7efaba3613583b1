import {addAbortSignal, type Readable} from 'node:stream'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'

const MAX_BYTES = 64 * 1024 * 1024
const PATIENCE_MS = 5000

export type Reading = {
  signal: AbortSignal
  /** Says that a wait goes on. */
  notice: (message: string) => void
}

/**
 * All of a stream as text.
 * @throws VibeError exit 2 when there is nothing in it, when it is a terminal, too large or no UTF-8
 */
export async function readAll(stream: Readable & {isTTY?: boolean}, {signal, notice}: Reading): Promise<string> {
  const timer = setTimeout(() => notice('Waiting for the edit on standard input.'), PATIENCE_MS)
  const bytes = await (stream.isTTY ? Promise.resolve(Buffer.alloc(0)) : allOf(addAbortSignal(signal, stream))).finally(
    () => clearTimeout(timer),
  )
  if (bytes.length === 0) throw unreadable('There is nothing on standard input')
  try {
    return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes)
  } catch (error) {
    throw unreadable('The input is no UTF-8 text', error)
  }
}

async function allOf(stream: Readable): Promise<Buffer> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of stream) {
    const bytes = Buffer.from(piece as Uint8Array)
    length += bytes.length
    if (length > MAX_BYTES) throw unreadable(`The input is larger than ${MAX_BYTES / 1024 / 1024} MB`)
    pieces.push(bytes)
  }
  return Buffer.concat(pieces)
}

function unreadable(message: string, cause?: unknown): VibeError {
  const shape = {
    code: 'input-invalid',
    message,
    origin: 'standard input',
    hint: 'Pipe the edit into the command: … < FILE',
    exit: ExitCode.usage,
  }
  return new VibeError(shape, {cause})
}
