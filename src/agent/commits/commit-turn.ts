import {VibeError} from '../../errors.ts'
import type {Committed} from '../../git/commit.ts'
import type {LeftOut} from '../../git/prepare.ts'
import type {Repository} from '../../git/repository.ts'
import type {AgentEvent, CommitEvent} from '../events.ts'
import {messageFromPrompt, withAttribution} from './message.ts'
import {commitOwn} from './commit-own.ts'
import {hookNotice, hooksOf} from './hooks.ts'
import type {Project} from './records.ts'
import {gatherChanges, turnEntries, type RepositoryChanges, type Turn} from './turn-changes.ts'
import {writeMessage, type Draft, type Writing, type Written} from './write-message.ts'

export type TurnCommit = {
  project: Project
  turn: Turn
  /** What the user had asked for. */
  prompt: string
  writing: Writing
  /** The request itself is the message: the model cannot be counted on just now. */
  unasked?: boolean
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
  for (const reason of new Set(leftOut.map((one) => one.reason)))
    once(writing.workplace, `Not committed: ${reason}.`, emit)
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
  changes: RepositoryChanges,
  {project, prompt, writing, unasked}: TurnCommit,
  emit: Emit,
): Promise<Written | undefined> {
  const {workplace, signal} = writing
  const hooks = await hooksOf(changes.repository, workplace)
  const notice = hookNotice(hooks)
  if (notice !== undefined) once(workplace, notice, emit)
  let written: Written | undefined
  const write = async (draft: Draft) => {
    if (!unasked) written = await messageFor(draft, {prompt, writing, emit})
    const {attribution} = workplace.config.values.git
    const model = written?.model ?? writing.ready?.model ?? 'unknown'
    return withAttribution(written?.message ?? messageFromPrompt(prompt), attribution, model)
  }
  const {committed, leftOut} = await commitOwn({changes, project, write, hooks: hooks.state === 'run', signal})
  if (committed) emit(commitEvent(changes.repository, committed, leftOut))
  else for (const message of noticesOf(leftOut)) emit({type: 'notice', message})
  return written
}

const told = new WeakMap<object, Set<string>>()

/** What stays as it is for the whole talk is said once. */
function once(workplace: object, message: string, emit: Emit): void {
  const said = told.get(workplace) ?? new Set<string>()
  told.set(workplace, said)
  if (!said.has(message)) emit({type: 'notice', message})
  said.add(message)
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
