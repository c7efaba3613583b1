import {readFile, rename} from 'node:fs/promises'
import {join} from 'node:path'
import {withLock} from '../../files/lock.ts'
import {holderState, parseRecord} from '../../files/lock-record.ts'
import {EditRefusal} from '../refusal.ts'
import type {Entry} from './entry.ts'
import {settlePaths, type Settlement} from './settle.ts'
import {
  dropEntry,
  entryPath,
  journalPlaceOf,
  openPath,
  readEntry,
  settleEntry,
  unsettled,
  type JournalPlace,
} from './store.ts'

/** `stuck`: a path could not be written; the entry stays unsettled, and the next start tries again. */
export type Recovered = {
  id: string
  root: string
  title: string
  outcome: Settlement['outcome'] | 'stuck'
  /** All that the entry speaks of. */
  paths: string[]
  /** What somebody has changed since, and what was therefore left alone; or, when stuck, why. */
  kept: string[]
  reason?: string
  /** Where the old content of kept paths lies. */
  keptIn?: string
}

/** Settles what a process that died left half done in one project. The caller holds the project's lock. */
export async function recoverProject(place: JournalPlace): Promise<Recovered[]> {
  const mine = (await unsettled(place.openFolder)).filter(({key}) => key === place.key)
  const recovered: Recovered[] = []
  for (const {id, path} of mine) {
    const entry = await readEntry(path)
    // An entry is whole on the disk before anything it speaks of happens.
    if (!entry) await dropEntry(place, id)
    else recovered.push(await settle(place, entry))
  }
  return recovered
}

async function settle(place: JournalPlace, entry: Entry): Promise<Recovered> {
  const {id, root, label, changes} = entry
  const facts = {id, root, title: label.title, paths: changes.map(({path}) => path)}
  try {
    const settlement = await settlePaths(entry, 'either')
    if (settlement.outcome === 'all-new') await settleEntry(place, id)
    else if (settlement.outcome === 'all-old') await dropEntry(place, id)
    else {
      const keptIn = `${entryPath(place, id)}-set-aside`
      await rename(openPath(place, id), keptIn)
      return {...facts, ...settlement, keptIn}
    }
    return {...facts, ...settlement}
  } catch (error) {
    if (!(error instanceof EditRefusal)) throw error
    return {...facts, outcome: 'stuck', kept: [], reason: error.message}
  }
}

/**
 * Settles what dead processes left in any project. A living process that is just applying is not waited for.
 * @param dataFolder vibe's data folder
 */
export async function recoverAll(dataFolder: string, signal: AbortSignal): Promise<Recovered[]> {
  const recovered: Recovered[] = []
  const found = await unsettled(join(dataFolder, 'journal', 'open'))
  for (const key of new Set(found.map((entry) => entry.key))) {
    const place = journalPlaceOf({dataFolder, root: '', key})
    if (await isHeld(place.lockPath)) continue
    recovered.push(...(await withLock(place.lockPath, signal, () => recoverProject(place))))
  }
  return recovered
}

async function isHeld(lockPath: string): Promise<boolean> {
  const text = await readFile(`${lockPath}.lock`, 'utf8').catch(() => undefined)
  return text !== undefined && holderState(parseRecord(text)) === 'alive'
}
