import {systemReason} from '../../files/system-reason.ts'
import {EditRefusal} from '../refusal.ts'

/** A path's own failure, in words. The caller has left the path as it was. */
export function cannotWrite(path: string, error: unknown): EditRefusal {
  return new EditRefusal('cannot-write', `${path} could not be written: ${systemReason(error)}.`, {cause: error})
}

export function changedSince(path: string, how: string): EditRefusal {
  return new EditRefusal('file-changed', `${path} ${how} since it was read. Nothing was written; read it again.`)
}
