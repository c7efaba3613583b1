import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {readHead} from './head.ts'
import {withIndexLock} from './index-lock.ts'
import type {Repository} from './repository.ts'
import {withScratch} from './scratch.ts'
import {untouchedEdits, writeEdits, type TreeEdit} from './tree-edits.ts'

export type HeadMove = {
  /** undefined: no commit yet */
  from: string | undefined
  to: string | undefined
  /** What it means for the index. */
  edits: readonly TreeEdit[]
  /** For the reflog. */
  why: string
}

/**
 * Moves HEAD, or the branch it stands for, if it is still where it was; the index goes along where the user staged nothing.
 * Index first: whoever is killed between the two finds the edits staged, never taken back.
 * @throws VibeError with both as they were
 */
export async function moveHead(repository: Repository, {from, to, edits, why}: HeadMove): Promise<void> {
  await withScratch(repository, (scratch) =>
    withIndexLock(repository, async (index) => {
      const now = await readHead(repository)
      if (now.commit !== from) throw moved()
      await index.copyTo(scratch.index['GIT_INDEX_FILE'] ?? '')
      const untouched = await untouchedEdits(repository, edits, scratch.index)
      await writeEdits(repository, untouched, scratch.index)
      const putBack =
        untouched.length === 0 ? undefined : await index.replaceWith(scratch.index['GIT_INDEX_FILE'] ?? '')
      try {
        await updateRef(repository, {from, to, why})
      } catch (error) {
        await putBack?.()
        throw error
      }
    }),
  )
}

async function updateRef(repository: Repository, {from, to, why}: Omit<HeadMove, 'edits'>): Promise<void> {
  const none = '0'.repeat((to ?? from)?.length ?? 40)
  const args =
    to === undefined
      ? ['update-ref', '-m', why, '-d', 'HEAD', from ?? none]
      : ['update-ref', '-m', why, 'HEAD', to, from ?? none]
  await repository.output(args, 'moving the branch')
}

function moved(): VibeError {
  return new VibeError({
    code: 'git-moved',
    message: 'HEAD was moved by somebody else just now. Nothing was committed.',
    hint: 'Look with git status, and try again',
    exit: ExitCode.checkFailed,
  })
}
