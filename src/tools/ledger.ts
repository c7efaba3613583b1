import {createPendingEdits, type PendingEdits} from './pending-edits.ts'

/** Each file as the model last saw it, by real path: what it has not seen in this state is not overwritten. */
export type FileLedger = {
  /** Call after a read or a write that the model knows the result of. */
  remember: (realPath: string, bytes: Uint8Array) => void
  /** Call when a file is gone. */
  forget: (realPath: string) => void
  /** undefined: never seen; true: the bytes are what the model saw; false: changed since. */
  matches: (realPath: string, bytes: Uint8Array) => boolean | undefined
  /** What the model saw, as long as it is kept. */
  lastSeen: (realPath: string) => Uint8Array | undefined
  pending: PendingEdits
}

/** Bytes of files that are kept to tell what changed; of the others only the digest is. */
const MAX_KEPT = 16 * 1024 * 1024
const MAX_FILE = 1024 * 1024

/** An empty ledger for one session. */
export function createLedger(): FileLedger {
  const seen = new Map<string, string>()
  const kept = new Map<string, Uint8Array>()
  let size = 0
  const digest = (bytes: Uint8Array) =>
    process.getBuiltinModule('node:crypto').createHash('sha256').update(bytes).digest('base64')
  const drop = (path: string) => {
    size -= kept.get(path)?.length ?? 0
    kept.delete(path)
  }
  return {
    remember: (path, bytes) => {
      seen.set(path, digest(bytes))
      drop(path)
      if (bytes.length > MAX_FILE) return
      kept.set(path, bytes)
      size += bytes.length
      for (const oldest of kept.keys()) if (size > MAX_KEPT) drop(oldest)
    },
    forget: (path) => {
      seen.delete(path)
      drop(path)
    },
    matches: (path, bytes) => {
      const known = seen.get(path)
      return known === undefined ? undefined : known === digest(bytes)
    },
    lastSeen: (path) => kept.get(path),
    pending: createPendingEdits(),
  }
}
