import type {ChildProcess} from 'node:child_process'
import {systemCode} from '../errors.ts'

/** Milliseconds between asking a group to end and killing it. */
export const KILL_AFTER_MS = 2000

/** Groups that may still have members; emptied as they end, killed when this process ends. */
const live = new Set<number>()
let registered = false

/** Kills every command that still runs, at once and with its children. Runs by itself when the process exits. */
export function killAllShells(): void {
  for (const group of live) {
    signalGroup(group, 'SIGKILL')
    live.delete(group)
  }
}

export type GroupOptions = {cwd: string; env: Record<string, string>}

/** Starts a program as the head of its own process group, with stdin closed. */
export function spawnGroup(program: string, args: readonly string[], options: GroupOptions): ChildProcess {
  if (!registered) {
    registered = true
    process.once('exit', killAllShells)
  }
  // Loaded when the first command runs: it costs start-up time that most runs need not pay.
  const child = process.getBuiltinModule('node:child_process').spawn(program, args, {
    ...options,
    // On Windows a detached child gets a console window of its own; there the tree is ended by taskkill.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  })
  if (child.pid !== undefined) live.add(child.pid)
  return child
}

/** What is left of a group once its head has ended: ends it at once. @returns whether there was anything */
export function endLeftovers(group: number): boolean {
  live.delete(group)
  return process.platform !== 'win32' && signalGroup(group, 'SIGKILL')
}

/** Asks the group to end, and kills it two seconds later. Returns at once. */
export function endGroup(group: number): void {
  if (!signalGroup(group, 'SIGTERM')) {
    live.delete(group)
    return
  }
  const timer = setTimeout(() => {
    signalGroup(group, 'SIGKILL')
    live.delete(group)
  }, KILL_AFTER_MS)
  // The exit handler kills what is left, so that nobody has to wait for this timer.
  timer.unref()
}

function signalGroup(group: number, signal: NodeJS.Signals): boolean {
  if (process.platform === 'win32') {
    return (
      process
        .getBuiltinModule('node:child_process')
        .spawnSync('taskkill', ['/pid', String(group), '/T', '/F'], {windowsHide: true, timeout: 2000}).status === 0
    )
  }
  try {
    process.kill(-group, signal)
    return true
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ESRCH' || code === 'EPERM') return false
    throw error
  }
}
