import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {journalPlace} from '../../edits/journal/store.ts'
import {readJsonStore, updateJsonStore} from '../../files/json-store.ts'
import type {Committed} from '../../git/commit.ts'
import type {Entry} from '../../git/objects.ts'

/** A commit that vibe made of its own changes, kept beside the journal: what undo may move HEAD back from. */
export type CommitRecord = {
  commit: string
  /** Absent for the first commit of a repository. */
  parent?: string
  /** Real path of the repository's working files. */
  repository: string
  /** The entries of the journal that it holds. */
  entries: string[]
  files: Array<{path: string; was?: Entry; becomes?: Entry}>
  /** The undo that took it from the branch. */
  undoneBy?: string
}

export function recordOf(repository: string, {commit, parent, edits}: Committed, entries: string[]): CommitRecord {
  const files = edits.map(({name, was, becomes}) => ({path: name.text, ...(was && {was}), ...(becomes && {becomes})}))
  return {commit, ...(parent === undefined ? {} : {parent}), repository, entries, files}
}

export type Project = {
  /** The project's real path. */
  root: string
  /** vibe's data folder. */
  data: string
}

/** Older ones are history: undo leaves them in the branch. */
const KEPT = 200

export function recordsPath({root, data}: Project): string {
  return join(journalPlace(data, root).folder, 'commits.json')
}

export function hasRecords(project: Project): boolean {
  return existsSync(recordsPath(project))
}

/** Oldest first; none when they cannot be read: then undo leaves commits alone. */
export function readRecords(project: Project): CommitRecord[] {
  const store = readJsonStore(recordsPath(project))
  return store.state === 'ok' ? recordsIn(store.value) : []
}

function recordsIn({commits}: Record<string, unknown>): CommitRecord[] {
  return Array.isArray(commits) ? commits.filter(isRecord) : []
}

function isRecord(value: unknown): value is CommitRecord {
  if (typeof value !== 'object' || value === null) return false
  const {commit, repository, entries, files} = value as Partial<CommitRecord>
  return typeof commit === 'string' && typeof repository === 'string' && Array.isArray(entries) && Array.isArray(files)
}

export async function addRecord(project: Project, record: CommitRecord, signal: AbortSignal): Promise<void> {
  await updateJsonStore(recordsPath(project), signal, (value) => ({
    ...value,
    v: 1,
    commits: [...recordsIn(value), record].slice(-KEPT),
  }))
}

/** @param undo the undo's entry in the journal; undefined when the commit is back in the branch */
export async function markRecord(
  project: Project,
  {commit, undo}: {commit: string; undo: string | undefined},
  signal: AbortSignal,
): Promise<void> {
  await updateJsonStore(recordsPath(project), signal, (value) => ({
    ...value,
    commits: recordsIn(value).map((record) => {
      if (record.commit !== commit) return record
      const {undoneBy: _, ...rest} = record
      return undo === undefined ? rest : {...rest, undoneBy: undo}
    }),
  }))
}
