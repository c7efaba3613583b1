/** SHA-256 of each file as the model last saw it, by real path: what it has not seen in this state is not overwritten. */
export type FileLedger = {
  /** Call after a read or a write that the model knows the result of. */
  remember: (realPath: string, bytes: Uint8Array) => void
  /** undefined: never seen; true: the bytes are what the model saw; false: changed since. */
  matches: (realPath: string, bytes: Uint8Array) => boolean | undefined
}
