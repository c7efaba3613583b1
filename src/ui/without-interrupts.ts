/** Ctrl-C during the work is meant for the program that has the terminal, not for vibe. */
export async function withoutInterrupts<Result>(work: () => Promise<Result>): Promise<Result> {
  const onInterrupt = () => undefined
  process.on('SIGINT', onInterrupt)
  try {
    return await work()
  } finally {
    process.off('SIGINT', onInterrupt)
  }
}
