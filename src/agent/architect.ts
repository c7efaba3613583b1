import type {UserPart} from 'vibe-plugin-api'
import type {AgentEvent, TurnResult} from './events.ts'
import type {ReadyProvider} from './open.ts'
import {combined} from './result.ts'
import type {AgentSession, TurnChoice} from './session.ts'

const CARRY_OUT: UserPart[] = [
  {type: 'text', text: 'Carry out the plan above, completely, and prove it with the commands it names.'},
]

export type ArchitectOptions = {
  session: AgentSession
  /** The planner's; its mode is architect. */
  how: TurnChoice
  /** Who edits: the model of `editorModel`, else the planner's own. Opened only once there is a plan. */
  editor: () => Promise<ReadyProvider>
  /** Asked between plan and edits. Absent: the plan is carried out. */
  confirm?: () => Promise<boolean>
}

/** Plan with one model that cannot edit, then edit with another that reads the plan: one run, one result. */
export async function* runArchitect(input: UserPart[], options: ArchitectOptions): AsyncGenerator<AgentEvent> {
  const {session, how} = options
  const plan = yield* untilResult(session.turn(input, how))
  if (plan.status !== 'ok' || (options.confirm && !(await options.confirm()))) return yield plan
  const ready = await options.editor()
  yield {type: 'notice', message: `The plan is made; ${ready.model} carries it out.`}
  const edits = yield* untilResult(session.turn(CARRY_OUT, {...how, ready, mode: 'code'}))
  yield combined(plan, edits)
}

/** Hands on everything but the first `start` of a later part and the result, which it returns. */
async function* untilResult(events: AsyncGenerator<AgentEvent>): AsyncGenerator<AgentEvent, TurnResult> {
  let result: TurnResult | undefined
  for await (const event of events) {
    if (event.type === 'result') result = event
    else yield event
  }
  if (!result) throw new TypeError('a turn ended without its result')
  return result
}
