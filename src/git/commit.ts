import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {gitFailure} from './problems.ts'
import {refuseUnderWay, type Head} from './head.ts'
import {moveHead} from './move-head.ts'
import {oneLine, type Repository} from './repository.ts'
import type {GitResult} from './run.ts'
import {withScratch, type Scratch} from './scratch.ts'
import {editsBetween, headTree, readHeadTree, writeEdits, writeTree, type TreeEdit} from './tree-edits.ts'

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
