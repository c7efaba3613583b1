import type {AssistantPart, JsonObject, Usage} from 'vibe-plugin-api'
import {isObject, type ExpectedResult, type Expectation, type RecordedAnswer, type Recording} from './recording.ts'

/** A script that breaks the format; `message` names the member, as in `answers[2].toolCalls[0].id`. */
export class ScriptProblem extends Error {}

/**
 * @param value a parsed script, as the README describes it
 * @throws ScriptProblem for the first member that is wrong or unknown
 */
export function readScript(value: unknown): Recording {
  const script = object(value, 'the script', ['v', 'name', 'answers'])
  if (script['v'] !== 1) throw new ScriptProblem(`v must be 1, not ${JSON.stringify(script['v']) ?? 'absent'}`)
  return {
    name: text(script['name'], 'name'),
    answers: list(script['answers'], 'answers').map((answer, index) => readAnswer(answer, `answers[${index}]`)),
  }
}

function readAnswer(value: unknown, at: string): RecordedAnswer {
  const answer = object(value, at, ['expect', 'reasoning', 'text', 'toolCalls', 'usage'])
  const content: AssistantPart[] = []
  if (answer['reasoning'] !== undefined)
    content.push({type: 'reasoning', text: text(answer['reasoning'], `${at}.reasoning`)})
  if (answer['text'] !== undefined) content.push({type: 'text', text: text(answer['text'], `${at}.text`)})
  const calls = optionalList(answer['toolCalls'], `${at}.toolCalls`)
  content.push(...calls.map((call, index) => readCall(call, `${at}.toolCalls[${index}]`)))
  return {
    expect: readExpectation(answer['expect'], `${at}.expect`),
    content,
    stopReason: calls.length > 0 ? 'tool-calls' : 'end-turn',
    usage: readUsage(answer['usage'], `${at}.usage`),
  }
}

function readCall(value: unknown, at: string): AssistantPart {
  const call = object(value, at, ['id', 'name', 'input'])
  if (!isObject(call['input'])) throw new ScriptProblem(`${at}.input must be an object`)
  return {
    type: 'tool-call',
    callId: text(call['id'], `${at}.id`),
    name: text(call['name'], `${at}.name`),
    input: call['input'],
  }
}

function readExpectation(value: unknown, at: string): Expectation {
  if (value === undefined) return {toolResults: [], tools: []}
  const expect = object(value, at, ['lastUserText', 'toolResults', 'tools'])
  const userText = expect['lastUserText']
  return {
    ...(userText === undefined ? {} : {userText: {text: text(userText, `${at}.lastUserText`), exact: false}}),
    toolResults: optionalList(expect['toolResults'], `${at}.toolResults`).map((result, index) =>
      readResult(result, `${at}.toolResults[${index}]`),
    ),
    tools: optionalList(expect['tools'], `${at}.tools`).map((name, index) => text(name, `${at}.tools[${index}]`)),
  }
}

function readResult(value: unknown, at: string): ExpectedResult {
  const result = object(value, at, ['callId', 'includes', 'isError'])
  const {includes, isError} = result
  const wanted = includes === undefined ? [] : Array.isArray(includes) ? includes : [includes]
  if (isError !== undefined && typeof isError !== 'boolean')
    throw new ScriptProblem(`${at}.isError must be true or false`)
  return {
    callId: text(result['callId'], `${at}.callId`),
    includes: wanted.map((part) => text(part, `${at}.includes`)),
    ...(isError === undefined ? {} : {isError}),
  }
}

function readUsage(value: unknown, at: string): Usage {
  if (value === undefined) return {}
  const usage = object(value, at, ['input', 'output'])
  const count = (name: 'input' | 'output'): Usage => {
    const number = usage[name]
    if (number === undefined) return {}
    if (typeof number !== 'number' || !Number.isInteger(number) || number < 0) {
      throw new ScriptProblem(`${at}.${name} must be a whole number of tokens`)
    }
    return {[name]: number}
  }
  return {...count('input'), ...count('output')}
}

function object(value: unknown, at: string, members: string[]): JsonObject {
  if (!isObject(value)) throw new ScriptProblem(`${at} must be an object`)
  const unknown = Object.keys(value).find((member) => !members.includes(member))
  if (unknown !== undefined)
    throw new ScriptProblem(`${at} has an unknown member "${unknown}"; known are ${members.join(', ')}`)
  return value
}

function text(value: unknown, at: string): string {
  if (typeof value !== 'string') throw new ScriptProblem(`${at} must be a text`)
  return value
}

function list(value: unknown, at: string): unknown[] {
  if (!Array.isArray(value)) throw new ScriptProblem(`${at} must be a list`)
  return value
}

function optionalList(value: unknown, at: string): unknown[] {
  return value === undefined ? [] : list(value, at)
}
