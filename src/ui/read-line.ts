import {createInterface, type Interface} from 'node:readline/promises'

export type Reading = {
  prompt: string
  signal: AbortSignal
  /** Ctrl-C first clears what is typed, then asks to be pressed again. Without it, it ends the reading at once. */
  patient?: boolean
}

/** How long a second Ctrl-C counts as the answer to "again to leave". */
const AGAIN_MS = 2000

/** @returns one line; undefined when the input ended, Ctrl-C left it, or the wait was aborted */
export async function readLine(
  terminal: {input: NodeJS.ReadStream; output: NodeJS.WriteStream},
  {prompt, signal, patient}: Reading,
): Promise<string | undefined> {
  const reader = createInterface({input: terminal.input, output: terminal.output, terminal: true, historySize: 0})
  const ended = new AbortController()
  reader.on('close', () => ended.abort())
  reader.on('SIGINT', patient ? patientInterrupt(reader, terminal.output) : () => reader.close())
  try {
    return await reader.question(prompt, {signal: AbortSignal.any([signal, ended.signal])})
  } catch (error) {
    if (signal.aborted || ended.signal.aborted) return undefined
    throw error
  } finally {
    reader.close()
  }
}

function patientInterrupt(reader: Interface, output: NodeJS.WriteStream): () => void {
  let lastMs = -AGAIN_MS
  return () => {
    const now = performance.now()
    if (reader.line === '' && now - lastMs < AGAIN_MS) return reader.close()
    if (reader.line === '') {
      lastMs = now
      output.write('\n(Ctrl-C again leaves)\n')
    }
    reader.write(null, {ctrl: true, name: 'e'})
    reader.write(null, {ctrl: true, name: 'u'})
    reader.prompt(true)
  }
}
