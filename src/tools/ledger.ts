/** SHA-256 of each file as the model last saw it, by real path: what it has not seen in this state is not overwritten. */
export type FileLedger = {
  /** Call after a read or a write that the model knows the result of. */
  remember: (realPath: string, bytes: Uint8Array) => void
  /** undefined: never seen; true: the bytes are what the model saw; false: changed since. */
  matches: (realPath: string, bytes: Uint8Array) => boolean | undefined
}

/** An empty ledger for one session. */
export function createLedger(): FileLedger {
  const seen = new Map<string, string>()
  const digest = (bytes: Uint8Array) =>
    process.getBuiltinModule('node:crypto').createHash('sha256').update(bytes).digest('base64')
  return {
    remember: (realPath, bytes) => {
      seen.set(realPath, digest(bytes))
    },
    matches: (realPath, bytes) => {
      const known = seen.get(realPath)
      return known === undefined ? undefined : known === digest(bytes)
    },
  }
}
