import type {UserPart} from 'vibe-plugin-api'
import {VibeError} from '../errors.ts'
import type {AgentEvent, TurnResult} from './events.ts'
import type {ReadyProvider} from './ready.ts'
import {errorEvent, exitFor} from './report.ts'
import {combined} from './result.ts'
import type {AgentSession, TurnChoice} from './session.ts'

const CARRY_OUT: UserPart[] = [
  {type: 'text', text: 'Carry out the plan above, completely, and prove it with the commands it names.'},
]

export type ArchitectOptions = {
  session: AgentSession
  /** The planner's; its mode is architect. A schema for the answer holds for the editor's. */
  how: TurnChoice
  /** Who edits: the model of `editorModel`, else the planner's own. Opened only once there is a plan. */
  editor: () => Promise<ReadyProvider>
  /** Asked between plan and edits. Absent: the plan is carried out. */
  confirm?: () => Promise<boolean>
}

/** Plan with one model that cannot edit, then edit with another that reads the plan: one run, one result. */
export async function* runArchitect(input: UserPart[], options: ArchitectOptions): AsyncGenerator<AgentEvent> {
  const {session, how} = options
  const {responseSchema: _, ...planning} = how
  const plan = yield* untilResult(session.turn(input, planning))
  if (plan.status !== 'ok' || (options.confirm && !(await options.confirm()))) return yield plan
  const ready = await editorOrError(options)
  if ('error' in ready) {
    yield errorEvent(ready.error)
    return yield {...plan, status: 'error', exit: exitFor(ready.error)}
  }
  yield {type: 'notice', message: `The plan is made; ${ready.model} carries it out.`}
  const edits = yield* untilResult(withoutStart(session.turn(CARRY_OUT, {...how, ready, mode: 'code'})))
  yield combined(plan, edits)
}

/** A model that is not set up must not cost the plan. */
async function editorOrError({editor}: ArchitectOptions): Promise<ReadyProvider | {error: VibeError}> {
  try {
    return await editor()
  } catch (error) {
    if (error instanceof VibeError) return {error}
    throw error
  }
}

async function* withoutStart(events: AsyncGenerator<AgentEvent>): AsyncGenerator<AgentEvent> {
  for await (const event of events) if (event.type !== 'start') yield event
}

/** Hands on everything but the result, which it returns. */
async function* untilResult(events: AsyncGenerator<AgentEvent>): AsyncGenerator<AgentEvent, TurnResult> {
  let result: TurnResult | undefined
  for await (const event of events) {
    if (event.type === 'result') result = event
    else yield event
  }
  if (!result) throw new TypeError('a turn ended without its result')
  return result
}
