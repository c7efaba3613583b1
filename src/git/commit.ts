import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {gitFailure} from './problems.ts'
import {readHead, refuseUnderWay, type Head} from './head.ts'
import {withIndexLock} from './index-lock.ts'
import {oneLine, type Repository} from './repository.ts'
import type {GitResult} from './run.ts'
import {withScratch, type Scratch} from './scratch.ts'
import {
  editsBetween,
  headTree,
  readHeadTree,
  untouchedEdits,
  writeEdits,
  writeTree,
  type TreeEdit,
} from './tree-edits.ts'

export type CommitOrder = {
  repository: Repository
  /** As it was when the edits were worked out: it must not have moved. */
  head: Head
  edits: readonly TreeEdit[]
  message: string
  /** Lets the repository's own pre-commit, commit-msg and post-commit run. */
  hooks?: boolean
}

export type Committed = {
  commit: string
  parent?: string
  branch?: string
  edits: TreeEdit[]
  /** As it was committed: a hook may have changed it. */
  message: string
}

/**
 * Commits exactly these edits on top of HEAD. The working files are never touched; the index takes the edits only where it
 * held what HEAD held, so that whatever the user has staged stays staged.
 * @returns undefined when the edits change nothing
 * @throws VibeError with nothing committed and the index as it was
 */
export async function commitEdits(order: CommitOrder): Promise<Committed | undefined> {
  const {repository, head} = order
  refuseUnderWay(repository)
  return withScratch(repository, async (scratch) => {
    const from = await headTree(repository, head)
    const message = await prepare(order, scratch)
    const tree = await writeTree(repository, scratch.index)
    if (tree === from) return undefined
    const edits = order.hooks ? await editsBetween(repository, {from, to: tree}) : [...order.edits]
    const commit = await writeCommit(repository, {tree, head, message})
    await moveHead(repository, {from: head.commit, to: commit, edits, why: `commit: ${message.split('\n', 1)[0]}`})
    // The commit is made by then, whatever this one says.
    if (order.hooks) await runHook(repository, ['post-commit'], {})
    const place = {...(head.commit === undefined ? {} : {parent: head.commit}), ...branchOf(head)}
    return {commit, ...place, edits, message}
  })
}

function branchOf({branch}: Head): {branch?: string} {
  return branch === undefined ? {} : {branch}
}

/** @returns the message */
async function prepare({repository, head, edits, ...order}: CommitOrder, scratch: Scratch): Promise<string> {
  await readHeadTree(repository, head, scratch.index)
  await writeEdits(repository, edits, scratch.index)
  if (!order.hooks) return order.message
  await hook(repository, ['pre-commit'], scratch.index)
  return afterMessageHook(repository, order.message, scratch)
}

async function afterMessageHook(repository: Repository, message: string, scratch: Scratch): Promise<string> {
  const {readFile, writeFile} = await import('node:fs/promises')
  const file = `${scratch.folder}/COMMIT_EDITMSG`
  await writeFile(file, `${message}\n`)
  await hook(repository, ['commit-msg', '--', file], scratch.index)
  return (await readFile(file, 'utf8')).trim()
}

const HOOK_MS = 10 * 60_000

function runHook(repository: Repository, args: string[], variables: Record<string, string>): Promise<GitResult> {
  const command = ['hook', 'run', '--ignore-missing', ...args]
  return repository.run(command, {variables, hooks: 'run', timeoutMs: HOOK_MS})
}

async function hook(repository: Repository, args: string[], variables: Record<string, string>): Promise<void> {
  const result = await runHook(repository, args, variables)
  if (result.state === 'done') return
  if (result.state !== 'failed') throw gitFailure(result, `the hook ${args[0]}`)
  throw new VibeError({
    code: 'git-hook-failed',
    message: `The hook ${args[0]} of this repository refused the commit: ${result.stderr.trim().slice(-2000)}`,
    hint: 'Mend what it names, or switch hooks off with: vibe config set git.hooks false',
    exit: ExitCode.checkFailed,
  })
}

const SIGN_MS = 120_000

async function writeCommit(
  repository: Repository,
  {tree, head, message}: {tree: string; head: Head; message: string},
): Promise<string> {
  const signing = repository.signs
  const parent = head.commit === undefined ? [] : ['-p', head.commit]
  const args = ['commit-tree', tree, ...parent, ...(signing ? ['-S'] : []), '-F', '-']
  const input = Buffer.from(message.endsWith('\n') ? message : `${message}\n`, 'utf8')
  const options = {input, signing, ...(signing ? {timeoutMs: SIGN_MS} : {})}
  return oneLine(await repository.output(args, 'writing the commit', options))
}

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
