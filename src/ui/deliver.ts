import {once} from 'node:events'
import {writeNewFile} from '../files/new-file.ts'

export type Delivery = {
  /** The document, piece by piece. */
  pieces: Iterable<string>
  /** Where it goes; "-" is standard output. */
  file: string | undefined
  /** What it is called in a terminal, where it is not to be read as text. */
  nameInTerminal?: string
  force: boolean
  signal: AbortSignal
}

/**
 * Writes a document to a file, or to standard output where none is named and a program or a file reads that.
 * @returns the file and its size in bytes; undefined for standard output
 */
export async function deliver(delivery: Delivery): Promise<{file: string; bytes: number} | undefined> {
  const {pieces, force, signal, nameInTerminal} = delivery
  const file = delivery.file ?? (process.stdout.isTTY ? nameInTerminal : undefined)
  if (file !== undefined && file !== '-')
    return {file, bytes: await writeNewFile(file, pieces, {replace: force, signal})}
  for (const piece of pieces) {
    signal.throwIfAborted()
    if (!process.stdout.write(piece)) await once(process.stdout, 'drain', {signal})
  }
  return undefined
}
