/** A walk through what was sent before, which brings back what was being written. */
export type HistoryWalk = {
  /** @returns the text to show; undefined at the end of the walk */
  older: (now: string) => string | undefined
  newer: (now: string) => string | undefined
  /** The text is a new one: the walk begins anew. */
  leave: () => void
}

export function createHistoryWalk(entries: () => readonly string[]): HistoryWalk {
  let back = 0
  let draft = ''
  const edited = new Map<number, string>()
  const at = (steps: number) => edited.get(steps) ?? entries().at(-steps)
  const keep = (now: string) => {
    if (back === 0) draft = now
    else if (now !== entries().at(-back)) edited.set(back, now)
  }
  return {
    older(now) {
      if (back >= entries().length) return undefined
      keep(now)
      back++
      return at(back)
    },
    newer(now) {
      if (back === 0) return undefined
      keep(now)
      back--
      return back === 0 ? draft : at(back)
    },
    leave() {
      back = 0
      draft = ''
      edited.clear()
    },
  }
}

/** Ctrl-R: the newest entry that holds what is typed, then older ones. */
export type HistorySearch = {
  readonly typed: string
  readonly found: string | undefined
  type: (text: string) => void
  erase: () => void
  /** The next older one that fits. */
  older: () => void
}

export function createHistorySearch(entries: readonly string[]): HistorySearch {
  let typed = ''
  let skip = 0
  const fitting = () => {
    const wanted = typed.toLowerCase()
    return [...new Set(entries.toReversed())].filter((entry) => entry.toLowerCase().includes(wanted))
  }
  return {
    get typed() {
      return typed
    },
    get found() {
      return fitting()[skip]
    },
    type(text) {
      typed += text
      skip = 0
    },
    erase() {
      typed = typed.slice(0, -1)
      skip = 0
    },
    older() {
      if (skip + 1 < fitting().length) skip++
    },
  }
}
