import {readFileSync, readlinkSync} from 'node:fs'
import {hostname} from 'node:os'

/** Who holds a lock. `started` tells a process apart from a later one that got the same id. */
export type LockRecord = {token: string; pid: number; host: string; started?: string}

/** A record of this process with a token of its own. */
export function ownRecord(): LockRecord {
  const started = startOf(process.pid)
  const record = {
    token: process.getBuiltinModule('node:crypto').randomBytes(9).toString('hex'),
    pid: process.pid,
    host: hostIdentity(),
  }
  return started === undefined ? record : {...record, started}
}

/** Undefined when the text is torn or not ours. */
export function parseRecord(text: string): LockRecord | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    const {token, pid, host, started} = value as Record<string, unknown>
    if (typeof token !== 'string' || !/^[0-9a-f]{18}$/.test(token)) return undefined
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0 || typeof host !== 'string') return undefined
    return typeof started === 'string' ? {token, pid, host, started} : {token, pid, host}
  } catch {
    // Torn or foreign: the caller judges by its heartbeat alone.
    return undefined
  }
}

/** alive and dead are certain; unknown means another machine, or a system that does not tell start times. */
export function holderState(record: LockRecord | undefined): 'alive' | 'dead' | 'unknown' {
  if (record === undefined || record.host !== hostIdentity()) return 'unknown'
  if (!processExists(record.pid)) return 'dead'
  const started = startOf(record.pid)
  if (started === undefined || record.started === undefined) return 'unknown'
  return started === record.started ? 'alive' : 'dead'
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Ticks since boot, from Linux; other systems do not say without a child process. */
function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    // Not Linux, or the process has just ended.
    return undefined
  }
}

/** Process ids mean something only on one machine, since one boot, and within one container. */
function hostIdentity(): string {
  const parts = [hostname()]
  try {
    parts.push(
      readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().slice(0, 8),
      readlinkSync('/proc/self/ns/pid'),
    )
  } catch {
    // Not Linux: the name must do, and the heartbeat decides.
  }
  return parts.join(' ')
}
