import {systemCode} from '../errors.ts'

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EIO: 'the disk reports a fault',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'the system does not permit it',
  ENOENT: 'its folder does not exist',
  EISDIR: 'a folder of that name is in the way',
  ENOTDIR: 'a file stands where a folder should be',
  EMFILE: 'too many files are open',
}

/** Why the system refused, in words, with its code. */
export function systemReason(error: unknown): string {
  const code = systemCode(error)
  if (code !== undefined) return `${reasons[code] ?? 'the system refused'} (${code})`
  return error instanceof Error ? error.message : String(error)
}
