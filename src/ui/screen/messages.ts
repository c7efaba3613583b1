export type Message = {
  text: string
  /** As it stood in the editor, with the labels of what was pasted. */
  shown: string
}

/** What was sent and waits until somebody takes it. */
export type Messages = {
  readonly waiting: readonly Message[]
  add: (message: Message) => void
  /** Takes the last one back. */
  recall: () => Message | undefined
  /** @returns the first; undefined once the person leaves */
  next: () => Promise<Message | undefined>
  leave: () => void
}

export function createMessages(): Messages {
  const waiting: Message[] = []
  let wake: (() => void) | undefined
  let hasLeft = false
  const signal = () => {
    wake?.()
    wake = undefined
  }
  return {
    waiting,
    add(message) {
      waiting.push(message)
      signal()
    },
    recall: () => waiting.pop(),
    async next() {
      while (!hasLeft && waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve))
      return hasLeft ? undefined : waiting.shift()
    },
    leave() {
      hasLeft = true
      signal()
    },
  }
}
