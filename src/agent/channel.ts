/** An ordered hand-over from work that pushes to a reader that pulls; `fail` reaches the reader after what came before. */
export type Channel<T> = AsyncIterable<T> & {
  push: (item: T) => void
  end: () => void
  fail: (error: unknown) => void
}

export function createChannel<T>(): Channel<T> {
  let queue: T[] = []
  let wake: (() => void) | undefined
  let finished = false
  let failure: {error: unknown} | undefined
  const signal = () => {
    wake?.()
    wake = undefined
  }
  return {
    push(item) {
      queue.push(item)
      signal()
    },
    end() {
      finished = true
      signal()
    },
    fail(error) {
      failure = {error}
      finished = true
      signal()
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const batch = queue
        queue = []
        yield* batch
        if (queue.length > 0) continue
        if (finished) break
        await new Promise<void>((resolve) => (wake = resolve))
      }
      if (failure) throw failure.error
    },
  }
}
