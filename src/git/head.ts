import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {gitFailure} from './problems.ts'
import {oneLine, type Repository} from './repository.ts'

export type Head = {
  /** Absent in a repository without commits. */
  commit?: string
  /** Short; absent when HEAD is detached. */
  branch?: string
}

export async function readHead(repository: Repository): Promise<Head> {
  const [symbolic, verified] = await Promise.all([
    repository.run(['symbolic-ref', '-q', 'HEAD']),
    repository.run(['rev-parse', '-q', '--verify', 'HEAD^{commit}']),
  ])
  for (const result of [symbolic, verified])
    if (result.state === 'missing' || result.state === 'stopped') throw gitFailure(result, 'reading HEAD')
  const branch = oneLine(symbolic.stdout).replace(/^refs\/heads\//, '')
  const commit = oneLine(verified.stdout)
  return {...(commit === '' ? {} : {commit}), ...(branch === '' ? {} : {branch})}
}

const UNDER_WAY: ReadonlyArray<readonly [file: string, what: string]> = [
  ['MERGE_HEAD', 'merge'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
  ['sequencer', 'cherry-pick or revert of several commits'],
  ['BISECT_LOG', 'bisect'],
]

/** What the user has begun and not finished: "merge", "rebase"; undefined when nothing. */
export function underWay({gitDir}: Repository): string | undefined {
  return UNDER_WAY.find(([file]) => existsSync(join(gitDir, file)))?.[1]
}

/** @throws VibeError `git-under-way` */
export function refuseUnderWay(repository: Repository): void {
  const what = underWay(repository)
  if (what === undefined) return
  throw new VibeError({
    code: 'git-under-way',
    message: `A ${what} is under way in this repository. Nothing was committed.`,
    hint: 'Finish it or give it up first; git status says how',
    exit: ExitCode.checkFailed,
  })
}
