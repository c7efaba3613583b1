import {realpathSync} from 'node:fs'
import {basename, dirname, join, relative, resolve, sep} from 'node:path'
import {VibeError} from '../../errors.ts'
import {ExitCode} from '../../exit-codes.ts'
import {readHead, refuseUnderWay, type Head} from '../../git/head.ts'
import {countLines, type FileCount} from '../../git/patch.ts'
import {prepareCommit, selectChanges, type LeftOut, type Prepared, type Selection} from '../../git/prepare.ts'
import {openRepository, type Asking, type Repository} from '../../git/repository.ts'
import {readStatus} from '../../git/status.ts'
import {protectionOf} from '../../permissions/protection.ts'

/** A commit that could be made: nothing of it is in the history yet. */
export type Proposal = Prepared & {
  repository: Repository
  head: Head
  selection: Selection
  /** What the edits are, for people. */
  files: FileCount[]
}

export type Proposing = {
  /** Where the user stands. */
  cwd: string
  /** As typed, from `cwd`; none: what is staged, else what changed. */
  files: readonly string[]
  asking: Asking
}

/**
 * Works out what `vibe commit` would commit.
 * @throws VibeError when there is no repository, nothing to commit, or something is under way
 */
export async function proposeCommit({cwd, files, asking}: Proposing): Promise<Proposal> {
  const repository = await repositoryAt(cwd, asking)
  refuseUnderWay(repository)
  const wanted = files.map((file) => ({file, path: pathIn(repository, cwd, file)}))
  const places = wanted.some(({path}) => path === '') ? [] : wanted.map(({path}) => path)
  const [head, status] = await Promise.all([readHead(repository), readStatus(repository, places)])
  const named = (path: string) => wanted.some((one) => covers(one.path, path))
  const selection = selectChanges(status, {isSecret, ...(files.length > 0 && {named})})
  const paths = status.map(({name}) => name.text)
  const missing = wanted.find((one) => !paths.some((path) => covers(one.path, path)))
  if (missing) throw unchanged(missing.file)
  if (selection.unmerged.length > 0) throw conflicts(selection.unmerged)
  const prepared = await prepareCommit(repository, head, selection)
  if (prepared.edits.length === 0) throw nothing(prepared.leftOut)
  const trees = {from: prepared.from, to: prepared.tree}
  return {...prepared, repository, head, selection, files: await countLines(repository, trees, prepared.edits)}
}

/** What was shown is what is committed. @throws VibeError when the files have changed meanwhile */
export async function checkUnchanged({repository, head, selection, tree}: Proposal): Promise<void> {
  if ((await prepareCommit(repository, head, selection)).tree === tree) return
  throw new VibeError({
    code: 'files-changed',
    message: 'The files were changed after they were shown to you. Nothing was committed.',
    hint: 'Look again with: vibe commit',
    exit: ExitCode.checkFailed,
  })
}

async function repositoryAt(cwd: string, asking: Asking): Promise<Repository> {
  const opened = await openRepository(cwd, asking)
  if ('repository' in opened) return opened.repository
  const {none, reason, hint = none === 'outside' ? 'Make one with: git init' : undefined} = opened
  throw new VibeError({
    code: `git-${none}`,
    message: reason,
    origin: cwd,
    ...(hint === undefined ? {} : {hint}),
    exit: ExitCode.notSetUp,
  })
}

function isSecret(path: string): boolean {
  return protectionOf(path)?.level === 'secret'
}

/** From the repository's root, with forward slashes; links on the way are followed, one at its end is not. */
function pathIn(repository: Repository, cwd: string, file: string): string {
  const path = resolve(cwd, file)
  const real = path === repository.root ? path : join(existingReal(dirname(path)), basename(path))
  const inside = relative(repository.root, real)
  if (inside !== '..' && !inside.startsWith(`..${sep}`)) return inside.replaceAll(sep, '/')
  throw new VibeError({
    code: 'file-outside',
    message: `${file} is outside of this repository.`,
    origin: repository.root,
    exit: ExitCode.usage,
  })
}

/** A folder that went with its files has no real path of its own. */
function existingReal(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return dirname(folder) === folder ? folder : join(existingReal(dirname(folder)), basename(folder))
  }
}

function covers(wanted: string, path: string): boolean {
  return wanted === '' || path === wanted || path.startsWith(`${wanted}/`)
}

function unchanged(file: string): VibeError {
  return new VibeError({
    code: 'nothing-to-commit',
    message: `${file} has no changes to commit, or git ignores it.`,
    hint: 'See what changed with: git status',
    exit: ExitCode.usage,
  })
}

function nothing(leftOut: readonly LeftOut[]): VibeError {
  const except = leftOut.map(({path, reason}) => ` ${path} is left out: ${reason}.`).join('')
  return new VibeError({
    code: 'nothing-to-commit',
    message: `There is nothing to commit.${except}`,
    exit: ExitCode.usage,
  })
}

function conflicts(paths: readonly string[]): VibeError {
  return new VibeError({
    code: 'git-conflicts',
    message: `There are conflicts that are not resolved: ${paths.join(', ')}. Nothing was committed.`,
    hint: 'Resolve them, and stage the files with git add',
    exit: ExitCode.checkFailed,
  })
}
