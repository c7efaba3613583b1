import {createKeyDecoder} from './decode-keys.ts'
import type {KeyEvent} from './key-event.ts'
import type {TerminalInput} from './terminal.ts'

/** A terminal sends a key in one piece; over a slow line its parts may come this far apart. */
const SEQUENCE_MS = 40
/** The end of a paste that does not come for so long is lost. */
const PASTE_MS = 1500

/** Reads keys until it is told to stop. @returns what stops it */
export function readKeys(input: TerminalInput, emit: (event: KeyEvent) => void): () => void {
  const decoder = createKeyDecoder(emit)
  let timer: NodeJS.Timeout | undefined
  const wait = () => {
    clearTimeout(timer)
    if (decoder.waiting === 'nothing') return
    timer = setTimeout(flush, decoder.waiting === 'paste' ? PASTE_MS : SEQUENCE_MS)
  }
  const flush = () => {
    decoder.flush()
    wait()
  }
  const onData = (bytes: Buffer) => {
    decoder.push(bytes)
    wait()
  }
  input.on('data', onData)
  return () => {
    clearTimeout(timer)
    input.off('data', onData)
  }
}
