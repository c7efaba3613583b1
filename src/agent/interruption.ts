import {killAllShells} from '../tools/process-group.ts'

const ENDINGS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']
/** Milliseconds in which a further signal is the same key press: a program around us may pass it on. */
const SAME_PRESS = 100

export type Interruption = {
  /** Raised by the first Ctrl-C or termination. The second one kills what still runs and ends the process at once. */
  signal: AbortSignal
  /** Raises it from within, for a Ctrl-C that arrives as a key. */
  stop: () => void
  release: () => void
}

/** @param names which signals of the system count */
export function listenForInterruption(names = ENDINGS): Interruption {
  const controller = new AbortController()
  let firstMs = 0
  const stop = () => {
    if (!controller.signal.aborted) firstMs = performance.now()
    controller.abort()
  }
  const onSignal = (name: NodeJS.Signals) => {
    if (!controller.signal.aborted) return stop()
    if (performance.now() - firstMs < SAME_PRESS) return
    release()
    killAllShells()
    process.kill(process.pid, name)
  }
  const release = () => {
    for (const name of names) process.off(name, onSignal)
  }
  for (const name of names) process.on(name, onSignal)
  return {signal: controller.signal, stop, release}
}
