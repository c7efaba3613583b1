import {systemCode} from '../../errors.ts'
import type {EntryHead} from './entry.ts'
import {entryIds, entryPath, readHead, type JournalPlace} from './store.ts'

/** One step that undo takes back at once: all changes of a turn, or one change that belongs to none. */
export type Step = {
  /** Of its first change; the name of the step. */
  id: string
  at: string
  title: string
  /** Oldest first. */
  entries: EntryHead[]
  state: 'done' | 'undone'
}

export type History = {
  /** Oldest first. */
  steps: Step[]
  /** The undo that a redo would take back; absent when there is none, or something was changed after it. */
  redoable?: EntryHead
}

/** Reads what was changed in a project. Damaged entries are passed over and counted. */
export async function readHistory(place: JournalPlace): Promise<History & {damaged: number}> {
  const heads: EntryHead[] = []
  let damaged = 0
  for (const id of await entryIds(place)) {
    const head = await readOne(entryPath(place, id))
    if (head) heads.push(head)
    else damaged++
  }
  return {...historyOf(heads), damaged}
}

async function readOne(path: string): Promise<EntryHead | undefined> {
  try {
    return await readHead(path)
  } catch (error) {
    // Somebody else has just pruned it.
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** @param heads oldest first */
export function historyOf(heads: readonly EntryHead[]): History {
  const undone = new Set<string>()
  let undos: EntryHead[] = []
  for (const head of heads) {
    const {kind, of = []} = head.label
    if (kind === 'undo') {
      for (const id of of) undone.add(id)
      undos.push(head)
    } else if (kind === 'redo') {
      for (const id of of) undone.delete(id)
      undos.pop()
    } else undos = []
  }
  const changes = heads.filter(({label}) => label.kind === 'change' || label.kind === 'command')
  const redoable = undos.at(-1)
  return {steps: stepsOf(changes, undone), ...(redoable ? {redoable} : {})}
}

function stepsOf(changes: readonly EntryHead[], undone: ReadonlySet<string>): Step[] {
  const steps = new Map<string, Step>()
  for (const head of changes) {
    const state = undone.has(head.id) ? 'undone' : 'done'
    const key = `${turnKey(head)} ${state}`
    const known = steps.get(key)
    if (known) known.entries.push(head)
    else steps.set(key, {id: head.id, at: head.at, title: head.label.title, entries: [head], state})
  }
  return [...steps.values()]
}

function turnKey({id, label}: EntryHead): string {
  return label.session === undefined || label.turn === undefined ? id : `${label.session}/${label.turn}`
}
