import type {JsonObject} from 'vibe-plugin-api'
import {parseToolInput} from '../tool-input.ts'
import {parseValues} from './json-values.ts'
import {taggedCallsOf} from './tagged-call.ts'
import type {TextCall} from './text-call.ts'

const NAME_KEYS = ['name', 'tool', 'tool_name', 'function', 'action'] as const
const INPUT_KEYS = ['arguments', 'parameters', 'args', 'input', 'tool_input', 'action_input'] as const
/** What else a call may begin with. */
const OTHER_KEYS = ['type', 'id', 'tool_calls']
const KEYS: ReadonlySet<string> = new Set([...NAME_KEYS, ...INPUT_KEYS, ...OTHER_KEYS])
const NAMES: ReadonlySet<string> = new Set(NAME_KEYS)

/** What a call without a readable name is called. */
const UNNAMED = 'tool_call'
const MAX_HEAD = 400

export type Marking = {
  /** Written where only calls are written: a tag or a `tool_call` fence. What is wrong with it is then said. */
  explicit: boolean
  tools: ReadonlySet<string>
}

const START = /^\s*(?:\[\s*)?\{\s*"([^"\\]{0,40})"\s*:\s*/
const UNFINISHED_START = /^\s*(?:\[\s*)?(?:\{\s*(?:"(?:[^"\\]{0,40}(?:"\s*:?\s*)?)?)?)?$/

/** Whether the beginning of a JSON text may become a call: `open` while more is needed to tell. */
export function verdictOn(head: string, tools: ReadonlySet<string>): 'yes' | 'no' | 'open' {
  const match = START.exec(head)
  if (!match) return head.length < MAX_HEAD && UNFINISHED_START.test(head) ? 'open' : 'no'
  const [lead, key = ''] = match
  if (!KEYS.has(key)) return 'no'
  if (!NAMES.has(key)) return 'yes'
  const rest = head.slice(lead.length)
  const name = /^"([^"\\]*)"/.exec(rest)?.[1]
  if (name !== undefined) return tools.has(name) ? 'yes' : 'no'
  if (key === 'function' && rest.startsWith('{')) return 'yes'
  return head.length < MAX_HEAD && /^(?:"[^"\\]{0,80})?$/.test(rest) ? 'open' : 'no'
}

/**
 * The calls of a JSON text. What is not marked as a call must be nothing but whole calls of tools that exist.
 * @returns undefined for JSON that is no call
 */
export function callsOf(body: string, marking: Marking): TextCall[] | undefined {
  const functions = marking.explicit ? taggedCallsOf(body, body) : undefined
  if (functions)
    return functions.find(({problem}) => problem !== undefined) ? [firstProblem(functions, body)] : functions
  const parsed = parseValues(body)
  if ('problem' in parsed) {
    const begins = marking.explicit || verdictOn(body.slice(0, MAX_HEAD), marking.tools) === 'yes'
    return begins ? [malformed(body, parsed.problem, namedIn(body, marking.tools))] : undefined
  }
  const items = parsed.values.flatMap(unwrapped)
  const calls = items.map((item) => callOf(item, body))
  const [first] = calls
  if (first === undefined) return marking.explicit ? [malformed(body, 'it holds no call')] : undefined
  if (marking.explicit) return calls.find(({problem}) => problem !== undefined) ? [firstProblem(calls, body)] : calls
  const genuine = calls.every((call) => call.input !== undefined && marking.tools.has(call.name))
  return genuine && items.every(hasInput) ? calls : undefined
}

function firstProblem(calls: readonly TextCall[], raw: string): TextCall {
  const bad = calls.find(({problem}) => problem !== undefined)
  return bad ? {...bad, raw} : malformed(raw, 'it cannot be read')
}

function unwrapped(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown) => (Array.isArray(item) ? [item] : unwrapped(item)))
  if (isObject(value) && Array.isArray(value['tool_calls'])) return value['tool_calls'].map(inner)
  return [inner(value)]
}

/** Some write a call as services send it: {"type": "function", "function": {…}}. */
function inner(value: unknown): unknown {
  return isObject(value) && isObject(value['function']) ? value['function'] : value
}

function hasInput(value: unknown): boolean {
  return isObject(value) && INPUT_KEYS.some((key) => Object.hasOwn(value, key))
}

function callOf(value: unknown, raw: string): TextCall {
  if (!isObject(value)) return malformed(raw, 'it is not a JSON object')
  const nameKey = NAME_KEYS.find((key) => typeof value[key] === 'string' && value[key] !== '')
  const name = nameKey === undefined ? undefined : value[nameKey]
  if (typeof name !== 'string') return malformed(raw, 'it has no "name"')
  const key = INPUT_KEYS.find((candidate) => Object.hasOwn(value, candidate))
  if (key !== undefined) return withInput(name, value[key], raw)
  // Beside the name there may be the arguments alone; a member that could be either would have to be guessed.
  const others = Object.entries(value).filter(([other]) => other !== nameKey)
  if (others.some(([other]) => KEYS.has(other))) return malformed(raw, 'its arguments are not under "arguments"', name)
  return withInput(name, Object.fromEntries(others), raw)
}

function withInput(name: string, given: unknown, raw: string): TextCall {
  const text = typeof given === 'string' ? given : JSON.stringify(given ?? {})
  const input: JsonObject | undefined = parseToolInput(text)
  return input === undefined ? malformed(raw, '"arguments" is not a JSON object', name) : {name, input, raw}
}

function namedIn(body: string, tools: ReadonlySet<string>): string | undefined {
  const name = /"(?:name|tool|tool_name|function|action)"\s*:\s*"([^"\\]{1,80})"/.exec(body.slice(0, 2000))?.[1]
  return name !== undefined && tools.has(name) ? name : undefined
}

function malformed(raw: string, what: string, name = UNNAMED): TextCall {
  const problem = `The call could not be read, so nothing was done: ${what}. Write it again as one JSON object: {"name": "TOOL", "arguments": {…}}.`
  return {name, problem, raw}
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
