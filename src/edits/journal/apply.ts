import {lstat} from 'node:fs/promises'
import {dirname} from 'node:path'
import {systemCode, VibeError} from '../../errors.ts'
import {withLock} from '../../files/lock.ts'
import {systemReason} from '../../files/system-reason.ts'
import {makeFolders} from '../pinned-folder.ts'
import {EditRefusal} from '../refusal.ts'
import type {Entry, EntryLabel} from './entry.ts'
import {pruneJournal} from './prune.ts'
import {putStaged} from './put.ts'
import {recoverProject, type Recovered} from './recover.ts'
import {settlePaths} from './settle.ts'
import {stageChanges, temporaryNameFor, type Staged, type Way} from './stage.ts'
import type {PathChange} from './state.ts'
import {dropEntry, newEntryId, openEntry, prepareJournal, settleEntry, type JournalPlace} from './store.ts'

export type Apply = {
  place: JournalPlace
  changes: readonly PathChange[]
  label: EntryLabel
  /** Ends it until the first path is touched; from there on it runs to its end. */
  signal: AbortSignal
}

/**
 * Makes all changes or none. What was there, and what shall be there, is durable before the first byte changes, so that
 * a crash at any point is settled by the next start (`recoverProject`) and an error at once.
 * @returns the id by which it can be undone
 * @throws EditRefusal with nothing changed; code `half-written` when even taking back failed, which the next start repeats
 * @throws VibeError when the journal itself cannot be written; nothing was changed
 */
export async function applyChanges(apply: Apply): Promise<string> {
  await prepareJournal(apply.place)
  return withLock(apply.place.lockPath, apply.signal, () => applyLocked(apply))
}

/** @property madeFolders that came with the changes, outermost first: they go again when undo leaves them empty */
export type Happened = Apply & {madeFolders: string[]}

/** Keeps changes that have happened already, so that they can be taken back. @returns the id by which they can be undone */
export async function recordChanges({place, changes, label, signal, madeFolders}: Happened): Promise<string> {
  await prepareJournal(place)
  return withLock(place.lockPath, signal, async () => {
    const entry = await newEntry({place, changes, label}, madeFolders)
    await openEntry(place, entry)
    await settleEntry(place, entry.id)
    return entry.id
  })
}

async function newEntry({place, changes, label}: Omit<Apply, 'signal'>, madeFolders: string[]): Promise<Entry> {
  const id = await newEntryId(place, Date.now())
  return {id, at: new Date().toISOString(), root: place.root, label, changes: inOrder(changes), madeFolders}
}

/** Old entries are looked for about once in so many changes. */
const PRUNE_EVERY = 64

/** The same for a caller that holds the project's lock. */
export async function applyLocked({place, changes, label, signal}: Apply): Promise<string> {
  // Under the lock, an entry that is still open has lost its process.
  refuseStuck(await recoverProject(place), changes)
  signal.throwIfAborted()
  const entry = await newEntry({place, changes, label}, await missingFolders(changes))
  await openEntry(place, entry)
  try {
    await carryOut(entry)
    await settleEntry(place, entry.id)
  } catch (error) {
    await takeBack(place, entry, error)
    throw error
  }
  if (Number.parseInt(entry.id.slice(-2), 36) % PRUNE_EVERY === 0) await pruneJournal(place)
  return entry.id
}

function refuseStuck(recovered: readonly Recovered[], changes: readonly PathChange[]): void {
  const touched = new Set(changes.map(({path}) => path))
  const stuck = recovered.find(({outcome, paths}) => outcome === 'stuck' && paths.some((path) => touched.has(path)))
  if (stuck)
    throw new EditRefusal(
      'half-written',
      `Nothing written: an earlier change could not be taken back yet. ${stuck.reason}`,
    )
}

/** Sorted, so that two processes meet in the same order, and each path once. */
function inOrder(changes: readonly PathChange[]): PathChange[] {
  const sorted = changes.toSorted((one, other) => (one.path < other.path ? -1 : 1))
  const twice = sorted.find(({path}, index) => sorted[index + 1]?.path === path)
  if (twice) throw new Error(`${twice.path} is changed twice in one plan`)
  return sorted
}

async function carryOut(entry: Entry): Promise<void> {
  for (const folder of entry.madeFolders) await makeFolders(folder)
  const tasks = entry.changes.map((change, index) => ({
    change,
    temporary: temporaryNameFor(change.path, entry.id, index),
  }))
  const staged: Staged[] = []
  for (const [folder, ofFolder] of grouped(tasks, ({change}) => dirname(change.path)))
    staged.push(...(await stageChanges(folder, ofFolder)))
  for (const [, ofRank] of [...grouped(staged, (one) => rank(one, entry))].sort(([one], [other]) => one - other))
    for (const [folder, ofFolder] of grouped(ofRank, ({change}) => dirname(change.path)))
      await putStaged(folder, ofFolder)
}

function grouped<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>()
  for (const item of items) {
    const key = keyOf(item)
    const known = groups.get(key)
    if (known) known.push(item)
    else groups.set(key, [item])
  }
  return groups
}

const ORDER: Record<Way, number> = {replace: 1, create: 2, mode: 3, 'in-place': 4, delete: 5, nothing: 6}

/** Deletions last, but a name that differs only in case must go before the other comes: it may be the same file. */
function rank(staged: Staged, entry: Entry): number {
  if (staged.way !== 'delete') return ORDER[staged.way]
  const name = staged.change.path.toLowerCase()
  const twin = entry.changes.some(
    ({path, after}) => after && path !== staged.change.path && path.toLowerCase() === name,
  )
  return twin ? 0 : ORDER.delete
}

async function takeBack(place: JournalPlace, entry: Entry, cause: unknown): Promise<void> {
  try {
    await settlePaths(entry, 'old')
    await dropEntry(place, entry.id)
  } catch (error) {
    const paths = entry.changes.map(({path}) => path).join(', ')
    throw new EditRefusal(
      'half-written',
      `${systemReason(cause)} And what was written could not be taken back yet (${systemReason(error)}): ${paths}. The old content is kept; vibe puts it back when it starts next.`,
      {cause},
    )
  }
}

async function missingFolders(changes: readonly PathChange[]): Promise<string[]> {
  const missing = new Set<string>()
  for (const {path, before, after} of changes) {
    if (before || !after) continue
    for (let folder = dirname(path); !missing.has(folder) && !(await isThere(folder)); folder = dirname(folder))
      missing.add(folder)
  }
  return [...missing].sort()
}

async function isThere(folder: string): Promise<boolean> {
  try {
    await lstat(folder)
    return true
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false
    throw error instanceof VibeError
      ? error
      : new EditRefusal('cannot-write', `${folder}: ${systemReason(error)}`, {cause: error})
  }
}
