import type {UserPart} from 'vibe-plugin-api'
import {ExitCode} from '../exit-codes.ts'
import type {AgentEvent, TurnResult} from './events.ts'
import {jsonIn, type OutputSchema} from './output-schema.ts'
import {combined} from './result.ts'

/** How often the model may mend an answer that does not fit. */
const MENDS = 2

export type CheckedTurn = {
  input: UserPart[]
  /** @param mends how often the answer was sent back so far */
  turn: (input: UserPart[], mends: number) => AsyncGenerator<AgentEvent>
}

/** A run whose answer must fit a schema: one that does not is sent back with the reasons, twice at most; then exit 8. */
export async function* checkAnswer(schema: OutputSchema, {input, turn}: CheckedTurn): AsyncGenerator<AgentEvent> {
  let parts = input
  let before: TurnResult | undefined
  for (let mends = 0; ; mends++) {
    let result: TurnResult | undefined
    for await (const event of turn(parts, mends)) {
      if (event.type === 'result') result = before ? combined(before, event) : event
      else if (event.type !== 'start' || mends === 0) yield event
    }
    if (!result) throw new TypeError('a turn ended without its result')
    // What was denied on the way makes the exit code, but does not make the answer a bad one.
    if (result.status !== 'ok' && result.status !== 'denied') return yield result
    const problems = schema.problems(result.text)
    if (problems.length === 0) return yield {...result, text: JSON.stringify(jsonIn(result.text))}
    if (mends === MENDS) {
      yield {type: 'error', code: 'schema-mismatch', message: `${misfit(problems)}.`, retryable: false}
      return yield {...result, status: 'error', exit: ExitCode.checkFailed}
    }
    yield {type: 'notice', message: `${misfit(problems)}; asking again.`}
    const request = `That does not fit the required JSON schema: ${problems.join('; ')}. Answer with the JSON alone.`
    parts = [{type: 'text', text: request}]
    before = result
  }
}

function misfit(problems: string[]): string {
  return `The answer does not fit the schema (${problems.join('; ')})`
}
