import {join} from 'node:path'
import {entryIds, entryPath, journalPlace, readEntry} from '../../edits/journal/store.ts'
import {readHistory} from '../../edits/journal/history.ts'
import type {Entry} from '../../edits/journal/entry.ts'
import type {Committed} from '../../git/commit.ts'
import {keyOf} from '../../git/names.ts'
import {sameEntry, type TreeEdit} from '../../git/tree-edits.ts'
import type {Workplace} from '../open.ts'
import {changedProject} from '../take-back.ts'
import {ownEdits} from './own-changes.ts'
import type {Proposal} from './propose.ts'
import {addRecord, readRecords, recordOf} from './records.ts'
import {gatherChanges} from './turn-changes.ts'

/** A commit of more changes than these is nobody's single step to take back. */
const MAX_ENTRIES = 100

/**
 * Finds out, before a commit is made, whether it holds vibe's own changes and nothing else: then undo may take it back
 * with them.
 * @returns what keeps a record of it once it is made
 */
export async function rememberOwn(
  {root, homes, host}: Workplace,
  {repository, head, edits}: Proposal,
  signal: AbortSignal,
): Promise<(committed: Committed) => Promise<void>> {
  const project = {root: changedProject(root, homes.data), data: homes.data}
  const asking = {env: host.env, signal}
  const paths = new Set(edits.map(({name}) => join(repository.root, name.text)))
  const entries = await pendingEntries(project, paths)
  const {repositories} = await gatherChanges(project.root, entries, asking)
  const mine = repositories.find((one) => one.repository.root === repository.root)
  const own = mine && (await ownEdits(repository, head, mine.files))
  if (!mine || !own || !sameEdits(own.edits, edits)) return async () => undefined
  return (committed) => addRecord(project, recordOf(repository.root, committed, mine.entries), signal)
}

/** Changes that are in no commit of vibe's yet, and in these files alone; oldest first. */
async function pendingEntries(project: {root: string; data: string}, paths: ReadonlySet<string>): Promise<Entry[]> {
  const place = journalPlace(project.data, project.root)
  if ((await entryIds(place)).length === 0) return []
  const committed = new Set(readRecords(project).flatMap(({entries}) => entries))
  const {steps} = await readHistory(place)
  const heads = steps
    .filter(({state}) => state === 'done')
    .flatMap(({entries}) => entries)
    .filter(({id, changes}) => !committed.has(id) && changes.some(({path}) => paths.has(path)))
    .sort((one, other) => (one.id < other.id ? -1 : 1))
    .slice(-MAX_ENTRIES)
  const entries = await Promise.all(heads.map(({id}) => readEntry(entryPath(place, id))))
  return entries.filter((entry) => entry !== undefined)
}

function sameEdits(some: readonly TreeEdit[], others: readonly TreeEdit[]): boolean {
  const byName = new Map(others.map((edit) => [keyOf(edit.name), edit]))
  return (
    some.length === others.length &&
    some.every((edit) => {
      const other = byName.get(keyOf(edit.name))
      return other !== undefined && sameEntry(edit.was, other.was) && sameEntry(edit.becomes, other.becomes)
    })
  )
}
