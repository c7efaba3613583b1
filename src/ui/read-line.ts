import {createInterface, type Interface} from 'node:readline/promises'
import {sanitize} from './sanitize.ts'

export type Reading = {
  prompt: string
  signal: AbortSignal
  /** Ctrl-C first clears what is typed, then asks to be pressed again. Without it, it ends the reading at once. */
  patient?: boolean
  /** Told of a Ctrl-C that ended the reading at once. */
  onInterrupt?: () => void
}

/** What came together with a line that was asked for, as in a paste: whole lines, and what was begun of a further one. */
type Ahead = {lines: string[]; begun: string}
const ahead = new WeakMap<NodeJS.ReadStream, Ahead>()

/** How long a second Ctrl-C counts as the answer to "again to leave". */
const AGAIN_MS = 2000

/** @returns one line; undefined when the input ended, Ctrl-C left it, or the wait was aborted */
export async function readLine(
  terminal: {input: NodeJS.ReadStream; output: NodeJS.WriteStream},
  {prompt, signal, patient, onInterrupt}: Reading,
): Promise<string | undefined> {
  const waiting = patient && !signal.aborted ? ahead.get(terminal.input) : undefined
  const next = waiting?.lines.shift()
  if (next !== undefined) {
    terminal.output.write(`${prompt}${sanitize(next)}\n`)
    return next
  }
  const reader = createInterface({input: terminal.input, output: terminal.output, terminal: true, historySize: 0})
  const ended = new AbortController()
  reader.on('close', () => ended.abort())
  reader.on('SIGINT', patient ? patientInterrupt(reader, terminal.output) : () => interrupt(reader, onInterrupt))
  const lines: string[] = []
  // A line that nobody asked for comes here; the one that is asked for does not.
  reader.on('line', (line) => lines.push(line))
  try {
    const answer = reader.question(prompt, {signal: AbortSignal.any([signal, ended.signal])})
    if (waiting) reader.write(waiting.begun)
    const line = await answer
    if (patient) ahead.set(terminal.input, {lines, begun: reader.line})
    return line
  } catch (error) {
    if (signal.aborted || ended.signal.aborted) return undefined
    throw error
  } finally {
    reader.close()
  }
}

function interrupt(reader: Interface, onInterrupt: (() => void) | undefined): void {
  onInterrupt?.()
  reader.close()
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
