import {VibeError} from '../../errors.ts'
import {ExitCode} from '../../exit-codes.ts'
import {commitEdits} from '../../git/commit.ts'
import type {FileCount} from '../../git/patch.ts'
import type {LeftOut} from '../../git/prepare.ts'
import type {Repository} from '../../git/repository.ts'
import {readFilter} from '../../permissions/decide.ts'
import {rulesFromConfig} from '../../permissions/rules.ts'
import type {CostMeter} from '../limits.ts'
import type {Workplace} from '../open.ts'
import type {ReadyProvider} from '../ready.ts'
import {hooksOf, type HookState} from './hooks.ts'
import {withAttribution} from './message.ts'
import {checkUnchanged, proposeCommit, type Proposal} from './propose.ts'
import {rememberOwn} from './remember-own.ts'
import {writeMessage} from './write-message.ts'

export type DeskRequest = {
  workplace: Workplace
  files: readonly string[]
  /** The user's own words; absent: a model writes it. */
  message?: string
  /** Who writes where `smallModel` names nobody; absent: the configured provider. */
  ready?: ReadyProvider
  cost: CostMeter
  signal: AbortSignal
}

export type CommitResult = {
  committed: boolean
  commit?: string
  branch?: string
  /** Real path of the repository's working files. */
  repository: string
  message?: string
  /** The model that wrote the message. */
  writtenBy?: string
  /** Whether it is what the user had staged. */
  staged: boolean
  files: FileCount[]
  leftOut: LeftOut[]
  hooks: HookState
}

/** One commit on its way: first shown, then given a message, then made. */
export type Desk = {
  readonly result: CommitResult
  /** The user's message, or one that a model writes now. @throws VibeError */
  write: () => Promise<{message: string; writtenBy?: string}>
  /** @throws VibeError with nothing committed */
  commit: (message: string) => Promise<CommitResult>
}

export async function openDesk(request: DeskRequest): Promise<Desk> {
  const {workplace, files, signal} = request
  const proposal = await proposeCommit({cwd: workplace.root, files, asking: {env: workplace.host.env, signal}})
  const hooks = await hooksOf(proposal.repository, workplace)
  const result = resultOf(proposal, hooks)
  return {
    result,
    write: () => write(request, proposal),
    commit: (message) => commit(message, {request, proposal, result}),
  }
}

function resultOf({head, repository, selection, files, leftOut}: Proposal, hooks: HookState): CommitResult {
  return {
    committed: false,
    ...(head.branch === undefined ? {} : {branch: head.branch}),
    repository: repository.root,
    staged: selection.kind === 'staged',
    files,
    leftOut,
    hooks,
  }
}

async function write(request: DeskRequest, proposal: Proposal): Promise<{message: string; writtenBy?: string}> {
  const {workplace, ready, signal, cost} = request
  if (request.message !== undefined) return {message: plainMessage(request.message)}
  const mayRead = mayReadIn(proposal.repository, workplace)
  const written = await writeMessage(proposal, {workplace, mayRead, signal, cost, ...(ready && {ready})})
  if (written.message === undefined)
    throw new VibeError({
      code: 'message-missing',
      message: `${written.model} wrote no message that could be used. Nothing was committed.`,
      hint: 'Give one: vibe commit -m MESSAGE',
      exit: ExitCode.checkFailed,
    })
  const {attribution} = workplace.config.values.git
  return {message: withAttribution(written.message, attribution, written.model), writtenBy: written.model}
}

function mayReadIn({root}: Repository, {homes, config}: Workplace): (path: string) => boolean {
  const rules = rulesFromConfig(config.values.permissions.rules, 'permissions.rules')
  const ownFolders = [homes.config, homes.data, homes.cache]
  return readFilter(rules, {root, mode: 'code', ownFolders, platform: process.platform})
}

/** @throws VibeError `message-empty` */
export function plainMessage(text: string): string {
  const message = text.replace(/\r\n?/g, '\n').replaceAll('\0', '').trim()
  if (message !== '') return message
  throw new VibeError({
    code: 'message-empty',
    message: 'The message is empty. Nothing was committed.',
    hint: 'Give one: vibe commit -m MESSAGE',
    exit: ExitCode.usage,
  })
}

type Making = {request: DeskRequest; proposal: Proposal; result: CommitResult}

async function commit(message: string, {request, proposal, result}: Making): Promise<CommitResult> {
  const {repository, head, edits} = proposal
  await checkUnchanged(proposal)
  const own = await rememberOwn(request.workplace, proposal, request.signal)
  const hooks = result.hooks.state === 'run'
  const committed = await commitEdits({repository, head, edits, message: plainMessage(message), hooks})
  if (!committed) return result
  await own(committed)
  return {...result, committed: true, commit: committed.commit, message: committed.message}
}
