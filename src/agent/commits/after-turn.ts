import {addUsage} from '../answer.ts'
import type {AgentEvent, TurnResult} from '../events.ts'
import {commitTurn, type TurnCommit} from './commit-turn.ts'
import {turnEntries} from './turn-changes.ts'
import type {Written} from './write-message.ts'

/**
 * Commits once a turn is over, before its result is said. A turn that was interrupted is not committed: who stops it wants
 * to look first.
 */
export async function* committedAfter(
  events: AsyncGenerator<AgentEvent>,
  commit: TurnCommit,
): AsyncGenerator<AgentEvent> {
  for await (const event of events) {
    if (event.type === 'result') yield* endingWith(event, commit)
    else yield event
  }
}

async function* endingWith(result: TurnResult, commit: TurnCommit): AsyncGenerator<AgentEvent> {
  if (result.status === 'interrupted') {
    if ((await turnEntries(commit.project, commit.turn)).length > 0) yield {type: 'notice', message: STOPPED}
    return yield result
  }
  const unasked = result.answeredBy !== undefined || (result.status !== 'ok' && result.status !== 'denied')
  const said: AgentEvent[] = []
  const written = await safely({...commit, unasked}, (one) => said.push(one))
  yield* said
  yield withCommits(withCosts(result, written), said)
}

const STOPPED = 'Not committed, since you stopped the turn. Commit what it changed with: vibe commit'

/** Whatever fails here, the turn is done and its result is said. */
async function safely(commit: TurnCommit, emit: (event: AgentEvent) => void): Promise<Written[]> {
  try {
    return await commitTurn(commit, emit)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    emit({type: 'notice', message: commit.writing.signal.aborted ? STOPPED : `Not committed: ${why}`})
    return []
  }
}

function withCosts(result: TurnResult, written: readonly Written[]): TurnResult {
  return written.reduce((sum, {usage, costUsd}) => {
    const {costUsd: before, ...rest} = sum
    const known = before !== undefined && costUsd !== undefined
    return {...rest, usage: addUsage(sum.usage, usage), ...(known ? {costUsd: before + costUsd} : {})}
  }, result)
}

function withCommits(result: TurnResult, said: readonly AgentEvent[]): TurnResult {
  const commits = said.flatMap((event) =>
    event.type === 'commit' ? [{commit: event.commit, repository: event.repository, subject: event.subject}] : [],
  )
  return commits.length === 0 ? result : {...result, commits}
}
