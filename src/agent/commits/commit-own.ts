import {VibeError} from '../../errors.ts'
import {commitEdits, type Committed} from '../../git/commit.ts'
import {readHead, refuseUnderWay} from '../../git/head.ts'
import type {LeftOut} from '../../git/prepare.ts'
import {treeOf} from '../../git/tree-edits.ts'
import {ownEdits} from './own-changes.ts'
import {addRecord, recordOf, type Project} from './records.ts'
import type {RepositoryChanges} from './turn-changes.ts'
import type {Draft} from './write-message.ts'

export type OwnCommit = {
  project: Project
  changes: RepositoryChanges
  /** Gives the message, once it is known what is committed. */
  write: (draft: Draft) => Promise<string>
  hooks: boolean
  signal: AbortSignal
}

/** Two vibes that commit at once meet here; the later one works its commit out anew. */
const ATTEMPTS = 4

/**
 * Commits vibe's own changes in one repository, and keeps a record by which undo finds the commit.
 * @throws VibeError with nothing committed
 */
export async function commitOwn(own: OwnCommit): Promise<{committed?: Committed; leftOut: LeftOut[]}> {
  let message: Promise<string> | undefined
  const write = (draft: Draft) => (message ??= own.write(draft))
  for (let attempt = 1; ; attempt++) {
    try {
      return await commitOnce({...own, write})
    } catch (error) {
      if (!(error instanceof VibeError && error.code === 'git-moved') || attempt === ATTEMPTS) throw error
    }
  }
}

async function commitOnce(own: OwnCommit): Promise<{committed?: Committed; leftOut: LeftOut[]}> {
  const {repository, files, entries} = own.changes
  refuseUnderWay(repository)
  const head = await readHead(repository)
  const {edits, leftOut} = await ownEdits(repository, head, files)
  if (edits.length === 0) return {leftOut}
  const message = await own.write({repository, head, edits, ...(await treeOf(repository, head, edits))})
  const committed = await commitEdits({repository, head, edits, message, hooks: own.hooks})
  if (!committed) return {leftOut}
  await addRecord(own.project, recordOf(repository.root, committed, entries), own.signal)
  return {committed, leftOut}
}
