import {VibeError} from '../../errors.ts'
import {commitEdits, type Committed} from '../../git/commit.ts'
import {readHead, refuseUnderWay} from '../../git/head.ts'
import type {LeftOut} from '../../git/prepare.ts'
import {treeOf, type TreeEdit} from '../../git/tree-edits.ts'
import type {Repository} from '../../git/repository.ts'
import type {AgentEvent, CommitEvent} from '../events.ts'
import {messageFromPrompt, withAttribution} from './message.ts'
import {ownEdits} from './own-changes.ts'
import {addRecord, type Project} from './records.ts'
import {gatherChanges, turnEntries, type RepositoryChanges, type Turn} from './turn-changes.ts'
import {writeMessage, type Draft, type Writing, type Written} from './write-message.ts'

export type TurnCommit = {
  project: Project
  turn: Turn
  /** What the user had asked for. */
  prompt: string
  writing: Writing
}

type Emit = (event: AgentEvent) => void

/**
 * Commits what a turn has changed, each file in its repository; what cannot be committed is said and stays as it is.
 * @param emit gets one `commit` event a commit, and notices
 * @returns what the messages cost
 */
export async function commitTurn(commit: TurnCommit, emit: Emit): Promise<Written[]> {
  const {project, turn, writing} = commit
  const entries = await turnEntries(project, turn)
  if (entries.length === 0) return []
  const asking = {env: writing.workplace.host.env, signal: writing.signal}
  const {repositories, leftOut} = await gatherChanges(project.root, entries, asking)
  for (const message of noticesOf(leftOut)) emit({type: 'notice', message})
  const written: Written[] = []
  for (const changes of repositories) {
    try {
      const one = await commitChanges(changes, commit, emit)
      if (one) written.push(one)
    } catch (error) {
      if (!(error instanceof VibeError)) throw error
      emit({type: 'notice', message: `Not committed: ${error.message}${error.hint ? ` (${error.hint})` : ''}`})
    }
  }
  return written
}

/** One sentence a reason, with its files. */
function noticesOf(leftOut: readonly LeftOut[]): string[] {
  const reasons = new Map<string, string[]>()
  for (const {path, reason} of leftOut) reasons.set(reason, [...(reasons.get(reason) ?? []), path])
  return [...reasons].map(([reason, paths]) => `Not committed: ${paths.join(', ')}: ${reason}`)
}

async function commitChanges(
  {repository, files, entries}: RepositoryChanges,
  {project, prompt, writing}: TurnCommit,
  emit: Emit,
): Promise<Written | undefined> {
  refuseUnderWay(repository)
  const head = await readHead(repository)
  const {edits, leftOut} = await ownEdits(repository, head, files)
  if (edits.length === 0) {
    for (const message of noticesOf(leftOut)) emit({type: 'notice', message})
    return undefined
  }
  const draft = {repository, head, edits, ...(await treeOf(repository, head, edits))}
  const written = await messageFor(draft, {prompt, writing, emit})
  const {attribution, hooks} = writing.workplace.config.values.git
  const message = withAttribution(written.message ?? messageFromPrompt(prompt), attribution, written.model)
  const allowed = hooks && writing.workplace.trusted
  const committed = await commitEdits({repository, head, edits, message, hooks: allowed})
  if (!committed) return written
  await remember({project, repository, entries, committed}, writing.signal)
  emit(commitEvent(repository, committed, leftOut))
  return written
}

type Telling = {prompt: string; writing: Writing; emit: Emit}

/** A model that fails must not cost the commit: then the request itself is the message. */
async function messageFor(draft: Draft, {prompt, writing, emit}: Telling): Promise<Written> {
  try {
    return await writeMessage(draft, {...writing, request: prompt})
  } catch (error) {
    writing.signal.throwIfAborted()
    const why = error instanceof Error ? error.message : String(error)
    emit({type: 'notice', message: `The commit is named after your request, since no model wrote a message: ${why}`})
    return {model: writing.ready?.model ?? 'unknown', usage: {}}
  }
}

type Remembering = {project: Project; repository: Repository; entries: string[]; committed: Committed}

async function remember({project, repository, entries, committed}: Remembering, signal: AbortSignal): Promise<void> {
  const {commit, parent, edits} = committed
  const files = edits.map(fileOf)
  const place = {commit, ...(parent === undefined ? {} : {parent}), repository: repository.root}
  await addRecord(project, {...place, entries, files}, signal)
}

function fileOf({name, was, becomes}: TreeEdit) {
  return {path: name.text, ...(was && {was}), ...(becomes && {becomes})}
}

function commitEvent(repository: Repository, committed: Committed, leftOut: LeftOut[]): CommitEvent {
  const {commit, branch, message, edits} = committed
  return {
    type: 'commit',
    commit,
    ...(branch === undefined ? {} : {branch}),
    repository: repository.root,
    subject: message.split('\n', 1)[0] ?? '',
    files: edits.map(({name}) => name.text),
    leftOut,
  }
}
