import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import type {Recovered} from '../edits/journal/recover.ts'
import {VibeError} from '../errors.ts'

const WAIT_MS = 30_000

/**
 * Settles what processes that died left half done, in whatever project. Costs one look into a folder when there is
 * nothing. A journal that cannot be worked on is no reason not to start: whoever changes files next is told.
 * @param dataFolder vibe's data folder
 */
export async function recoverInterrupted(dataFolder: string): Promise<Recovered[]> {
  if (!hasUnsettled(join(dataFolder, 'journal', 'open'))) return []
  const {recoverAll} = await import('../edits/journal/recover.ts')
  try {
    return await recoverAll(dataFolder, AbortSignal.timeout(WAIT_MS))
  } catch (error) {
    if (error instanceof VibeError || (error instanceof Error && error.name === 'TimeoutError')) return []
    throw error
  }
}

function hasUnsettled(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0
  } catch {
    return false // nothing was ever changed, or it cannot be read: then it cannot be settled either
  }
}

/** One line for people. */
export function recoveredLine({title, outcome, kept, paths, reason, keptIn}: Recovered): string {
  const what = `An earlier run was cut off while it changed ${paths.length === 1 ? paths[0] : `${paths.length} files`} ("${title}").`
  if (outcome === 'all-new') return `${what} All of it was done by then; vibe undo takes it back.`
  if (outcome === 'all-old') return `${what} It was taken back: everything is as it was.`
  if (outcome === 'stuck') return `${what} It could not be taken back yet: ${reason ?? 'unknown reason'}`
  return `${what} It was taken back, except what you have changed since: ${kept.join(', ')}. The old content lies in ${keptIn ?? 'the journal'}.`
}
