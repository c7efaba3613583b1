import {VibeError} from '../../errors.ts'
import {ExitCode} from '../../exit-codes.ts'
import {withLock} from '../../files/lock.ts'
import {removeFolders} from '../pinned-folder.ts'
import {applyLocked} from './apply.ts'
import type {Entry, EntryHead} from './entry.ts'
import {readHistory, type History, type Step} from './history.ts'
import {invertEntries, type Inversion} from './invert.ts'
import {recoverProject} from './recover.ts'
import {entryPath, prepareJournal, readEntry, type JournalPlace} from './store.ts'

/** steps: that many of the latest ones. id: a step or one change of it, by the beginning of its name. */
export type UndoChoice = {steps: number} | {id: string}

export type Undoing = Inversion & {
  /** What is taken back or brought back, newest first. */
  steps: Array<Pick<Step, 'id' | 'at' | 'title'>>
  /** The ids of the single changes. */
  of: string[]
  /** Absent in a preview, and when there was nothing to change or a conflict. */
  entry?: string
}

export type UndoOptions = {place: JournalPlace; signal: AbortSignal; preview?: boolean}

/**
 * Takes changes back, all of the chosen ones or none; what somebody changed since is kept or makes it a conflict.
 * @throws VibeError exit 2 when there is no such change, exit 8 when the journal has lost its content
 */
export async function undoChanges(choice: UndoChoice, options: UndoOptions): Promise<Undoing> {
  return locked(options, async () => {
    const history = await readHistory(options.place)
    const steps = 'id' in choice ? [chooseById(history, choice.id)] : chooseLatest(history, choice.steps)
    const heads = steps.flatMap(({entries}) => entries.toReversed())
    return invert({heads, steps, kind: 'undo', of: heads.map(({id}) => id)}, options)
  })
}

/** Brings back what the last undo took away, as long as nothing was changed after it. */
export async function redoChanges(options: UndoOptions): Promise<Undoing> {
  return locked(options, async () => {
    const {redoable} = await readHistory(options.place)
    if (!redoable) throw nothing('redo', 'Nothing was undone here, or something was changed after it.')
    const steps = [{id: redoable.id, at: redoable.at, title: redoable.label.title}]
    return invert({heads: [redoable], steps, kind: 'redo', of: redoable.label.of ?? []}, options)
  })
}

type Inverting = {heads: EntryHead[]; steps: Undoing['steps']; kind: 'undo' | 'redo'; of: string[]}

async function invert({heads, steps, kind, of}: Inverting, options: UndoOptions): Promise<Undoing> {
  const entries = await Promise.all(heads.map((head) => load(options.place, head)))
  const inversion = await invertEntries(entries)
  const named = steps.map(({id, at, title}) => ({id, at, title}))
  if (options.preview || inversion.conflicts.length > 0) return {...inversion, steps: named, of}
  const label = {kind, of, title: named.map(({title}) => title).join(', ')}
  const {place, signal} = options
  const entry = await applyLocked({place, signal, changes: inversion.changes, label})
  // Folders that came with files which are gone again go too, when nothing else is in them.
  await removeFolders([...new Set(heads.flatMap(({madeFolders}) => madeFolders))].sort())
  return {...inversion, steps: named, of, entry}
}

async function locked<Result>({place, signal}: UndoOptions, work: () => Promise<Result>): Promise<Result> {
  await prepareJournal(place)
  return withLock(place.lockPath, signal, async () => {
    await recoverProject(place)
    return work()
  })
}

function chooseLatest({steps}: History, count: number): Step[] {
  const done = steps.filter(({state}) => state === 'done')
  if (done.length === 0) throw nothing('undo', 'Nothing was changed here that is not undone already.')
  return done.slice(-count).reverse()
}

function chooseById({steps}: History, id: string): Step {
  const whole = steps.filter((step) => step.id === id)
  const single = steps
    .flatMap((step) => step.entries.map((head) => ({step, head})))
    .filter(({head}) => head.id.startsWith(id))
  const [match] = single
  const step =
    whole[0] ?? (single.length === 1 && match ? {...match.step, id: match.head.id, entries: [match.head]} : undefined)
  if (!step) throw unknownId(id, single.length)
  if (step.state === 'undone') throw nothing('undo', `${id} is undone already.`)
  return step
}

async function load(place: JournalPlace, {id}: EntryHead): Promise<Entry> {
  const entry = await readEntry(entryPath(place, id))
  if (entry) return entry
  throw new VibeError({
    code: 'journal-damaged',
    message: `The journal's copy of change ${id} is damaged, so it cannot be taken back. Nothing was changed.`,
    origin: entryPath(place, id),
    hint: 'Take back another with: vibe undo ID   (list them with: vibe undo --list)',
    exit: ExitCode.checkFailed,
  })
}

function unknownId(id: string, matches: number): VibeError {
  return new VibeError({
    code: matches > 1 ? 'change-ambiguous' : 'change-unknown',
    message: matches > 1 ? `${matches} changes begin with ${id}.` : `There is no change ${id} of this project.`,
    hint: 'List them with: vibe undo --list',
    exit: ExitCode.usage,
  })
}

function nothing(what: 'undo' | 'redo', message: string): VibeError {
  return new VibeError({
    code: `nothing-to-${what}`,
    message: message,
    hint: 'See what was changed with: vibe undo --list',
    exit: ExitCode.usage,
  })
}
