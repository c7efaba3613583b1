import {changesBetween, takeSnapshot, type Difference, type Snapshot, type SnapshotLimits} from './project-snapshot.ts'
import {onlyLooks} from './read-only-commands.ts'
import type {CommandWatch, ToolContext} from './tool.ts'
import {walkFiles} from './walk.ts'

export type WatchOptions = {
  /** Puts changes that have happened on record. */
  record: (difference: Pick<Difference, 'changes' | 'newFolders'>) => Promise<void>
  limits?: SnapshotLimits
}

/**
 * Lets undo take back what shell commands change: the project's files are kept in memory before a command that may
 * write, and what differs afterwards goes on record. Ignored files are not covered, nor are files beyond the limits.
 */
export function createCommandWatch({record, limits}: WatchOptions): CommandWatch {
  let previous: Snapshot | undefined
  const look = async (context: ToolContext, signal: AbortSignal) => {
    const {files} = await walkFiles({path: context.root, inside: true, name: '.'}, context, signal)
    // A walk that was cut short would make files look deleted.
    signal.throwIfAborted()
    return takeSnapshot(context.root, files, {signal, ...(previous ? {previous} : {}), ...(limits ? {limits} : {})})
  }
  return async (command, context, signal) => {
    if (onlyLooks(command)) return async () => ({changed: 0})
    const before = await look(context, signal)
    previous = before
    return async () => {
      // The command has run, however it ended: what it did is looked at even after a cancel.
      const after = await look(context, AbortSignal.timeout(LOOK_MS))
      previous = after
      const {changes, lost, newFolders} = changesBetween(context.root, before, after)
      if (changes.length > 0) await record({changes, newFolders})
      return {changed: changes.length + lost.length, ...noteOf(before, lost)}
    }
  }
}

const LOOK_MS = 10_000

function noteOf({gap}: Snapshot, lost: readonly string[]): {note?: string} {
  if (lost.length > 0)
    return {note: `Undo cannot take back what the command did to ${lost.join(', ')}: too large to be kept.`}
  return gap === undefined ? {} : {note: `Undo does not cover what commands do to ${gap} of this project.`}
}
