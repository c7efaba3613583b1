import {readFileSync} from 'node:fs'
import type {JsonObject, UserPart} from 'vibe-plugin-api'
import {systemCode, VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {AgentEvent, TurnResult} from './events.ts'
import {combined} from './result.ts'

export type OutputSchema = {
  schema: JsonObject
  /** Sentences on what does not fit; empty when the text is JSON that fits. */ problems: (
    text: string,
  ) => Promise<string[]>
}

/** How often the model may mend an answer that does not fit. */
const MENDS = 2

/** @throws VibeError (exit 2) when the file is no JSON schema */
export function readOutputSchema(file: string): OutputSchema {
  const schema = parse(file)
  return {schema, problems: (text) => validate(schema, text, file)}
}

function parse(file: string): JsonObject {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
    throw new SyntaxError('it is no object')
  } catch (error) {
    if (!(error instanceof SyntaxError) && systemCode(error) === undefined) throw error
    throw invalid(file, error instanceof Error ? error.message : String(error))
  }
}

async function validate(schema: JsonObject, text: string, file: string): Promise<string[]> {
  const value = jsonIn(text)
  if (value === undefined) return ['the answer is no JSON']
  // In a bundle a CommonJS module has only its default export.
  const {default: library} = await import('ajv')
  const ajv = new library.Ajv({allErrors: true, strict: false})
  try {
    const check = ajv.compile(schema)
    if (check(value)) return []
    return (check.errors ?? [])
      .slice(0, 5)
      .map((error) => `${error.instancePath || 'the answer'} ${error.message ?? 'does not fit'}`)
  } catch (error) {
    throw invalid(file, error instanceof Error ? error.message : String(error))
  }
}

/** Models like to fence JSON; what is inside one whole fence counts as the answer. */
export function jsonIn(text: string): unknown {
  const fenced = /^\s*```(?:json)?\s*\n([\s\S]*?)\n```\s*$/.exec(text)
  try {
    return JSON.parse(fenced?.[1] ?? text)
  } catch {
    return undefined // Told to the model by the caller.
  }
}

export type CheckedTurn = {input: UserPart[]; turn: (input: UserPart[]) => AsyncGenerator<AgentEvent>}

/** A run whose answer must fit a schema: one that does not is sent back with the reasons, twice at most; then exit 8. */
export async function* checkAnswer(schema: OutputSchema, {input, turn}: CheckedTurn): AsyncGenerator<AgentEvent> {
  let parts = input
  let before: TurnResult | undefined
  for (let mends = 0; ; mends++) {
    let result: TurnResult | undefined
    for await (const event of turn(parts)) {
      if (event.type === 'result') result = before ? combined(before, event) : event
      else if (event.type !== 'start' || mends === 0) yield event
    }
    if (!result) throw new TypeError('a turn ended without its result')
    if (result.exit !== ExitCode.done) return yield result
    const problems = await schema.problems(result.text)
    if (problems.length === 0) return yield {...result, text: JSON.stringify(jsonIn(result.text))}
    if (mends === MENDS) {
      yield {
        type: 'error',
        code: 'schema-mismatch',
        message: `The answer does not fit the schema: ${problems.join('; ')}.`,
        retryable: false,
      }
      return yield {...result, status: 'error', exit: ExitCode.checkFailed}
    }
    yield {type: 'notice', message: `The answer does not fit the schema (${problems.join('; ')}); asking again.`}
    parts = [
      {
        type: 'text',
        text: `That does not fit the required JSON schema: ${problems.join('; ')}. Answer with the JSON alone.`,
      },
    ]
    before = result
  }
}

function invalid(file: string, why: string): VibeError {
  return new VibeError({
    code: 'schema-invalid',
    message: `The output schema is not usable: ${why}`,
    origin: file,
    exit: ExitCode.usage,
  })
}
