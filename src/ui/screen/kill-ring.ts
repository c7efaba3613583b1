const MOST = 30

export type KillRing = {
  /** Keeps what was removed; removals that follow each other are put together. */
  kill: (atoms: readonly string[], where: 'before' | 'after') => void
  /** Whatever comes next is another removal. */
  pause: () => void
  /** The last removal. */
  latest: () => readonly string[] | undefined
  /** The one before the one that was brought back last. */
  older: () => readonly string[] | undefined
}

export function createKillRing(): KillRing {
  const ring: Array<readonly string[]> = []
  let isOpen = false
  let at = 0
  return {
    kill(atoms, where) {
      if (atoms.length === 0) return
      const open = isOpen ? ring.pop() : undefined
      ring.push(open ? (where === 'before' ? [...atoms, ...open] : [...open, ...atoms]) : atoms)
      if (ring.length > MOST) ring.shift()
      isOpen = true
    },
    pause: () => void (isOpen = false),
    latest() {
      at = ring.length - 1
      return ring[at]
    },
    older() {
      if (ring.length === 0) return undefined
      at = (at - 1 + ring.length) % ring.length
      return ring[at]
    },
  }
}
