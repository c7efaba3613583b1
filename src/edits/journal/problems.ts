import {systemCode} from '../../errors.ts'
import {EditRefusal} from '../refusal.ts'

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EIO: 'the disk reports a fault',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'the system does not permit it',
  EMFILE: 'too many files are open',
  ENOTDIR: 'a file stands where a folder should be',
}

/** A path's own failure, in words. The caller has left the path as it was. */
export function cannotWrite(path: string, error: unknown): EditRefusal {
  return new EditRefusal('cannot-write', `${path} could not be written: ${describeFailure(error)}.`, {cause: error})
}

export function changedSince(path: string, how: string): EditRefusal {
  return new EditRefusal('file-changed', `${path} ${how} since it was read. Nothing was written; read it again.`)
}

export function describeFailure(error: unknown): string {
  const code = systemCode(error)
  if (code !== undefined) return `${reasons[code] ?? 'the system refused'} (${code})`
  return error instanceof Error ? error.message : String(error)
}
