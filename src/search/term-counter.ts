/** Counts the terms of one document. Made once: its tables are cleared by what was put into them. */
export type TermCounter = {
  add: (term: number) => void
  /** Gives every term with how often it came, and is empty afterwards. @returns how many there were */
  drain: (use: (term: number, count: number) => void) => number
}

/** Small enough to stay near the processor. */
const SLOTS = 1 << 16
/** What has more different terms is data; the rest of them are left out. */
const MOST_TERMS = 48_000
const MASK = SLOTS - 1
const MOST = 255

export function createTermCounter(): TermCounter {
  const terms = new Uint32Array(SLOTS)
  const counts = new Uint8Array(SLOTS)
  const used: number[] = []
  return {
    add: (term) => {
      let slot = (Math.imul(term, 0x9e3779b1) >>> 16) & MASK
      for (;;) {
        const here = terms[slot]
        if (here === term) {
          const count = counts[slot] ?? 0
          if (count < MOST) counts[slot] = count + 1
          return
        }
        if (here === 0) break
        slot = (slot + 1) & MASK
      }
      if (used.length >= MOST_TERMS) return
      terms[slot] = term
      counts[slot] = 1
      used.push(slot)
    },
    drain: (use) => {
      const total = used.length
      for (const slot of used) {
        use(terms[slot] ?? 0, counts[slot] ?? 0)
        terms[slot] = 0
      }
      used.length = 0
      return total
    },
  }
}
