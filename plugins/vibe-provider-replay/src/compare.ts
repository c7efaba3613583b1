import type {ChatRequest, ToolResultPart} from 'vibe-plugin-api'
import {excerpt, lineDifference} from './difference.ts'
import type {Expectation, ExpectedResult} from './recording.ts'

/** @returns one paragraph for each way in which the request differs from what was recorded; empty when it fits */
export function differences(expect: Expectation, request: ChatRequest): string[] {
  const offered = new Set((request.tools ?? []).map((tool) => tool.name))
  const missing = expect.tools.filter((name) => !offered.has(name))
  const results = latestResults(request)
  return [
    ...(missing.length > 0 ? [`tools\n- ${expect.tools.join(', ')}\n+ ${[...offered].join(', ') || 'none'}`] : []),
    ...userTextDifference(expect, request),
    ...expect.toolResults.flatMap((expected) => resultDifferences(expected, results.get(expected.callId))),
  ]
}

function userTextDifference({userText}: Expectation, request: ChatRequest): string[] {
  if (userText === undefined) return []
  const got = lastUserText(request)
  if (userText.exact ? got === userText.text : got.includes(userText.text)) return []
  return [`last user text\n${userText.exact ? lineDifference(userText.text, got) : lacking(userText.text, got)}`]
}

function resultDifferences(expected: ExpectedResult, got: ToolResultPart | undefined): string[] {
  const where = `result of call ${expected.callId}`
  if (got === undefined) return [`${where}\n- a result\n+ none`]
  const text = got.content.map((part) => (part.type === 'text' ? part.text : '')).join('')
  const problems: string[] = []
  if (expected.isError !== undefined && expected.isError !== (got.isError === true)) {
    const [wanted, had] = expected.isError ? ['an error', 'no error'] : ['no error', 'an error']
    problems.push(`${where}\n- ${wanted}\n+ ${had}\n${excerpt(text.split('\n'), '  ').join('\n')}`)
  }
  const [before, now] = [untimed(expected.exact ?? text), untimed(text)]
  if (before !== now) problems.push(`${where}\n${lineDifference(before, now)}`)
  const lacked = expected.includes.filter((part) => !text.includes(part))
  if (lacked.length > 0) problems.push(`${where}\n${lacking(lacked.join('\n'), text)}`)
  return problems
}

/** What took a moment takes another one the next time: durations are no difference. */
function untimed(text: string): string {
  return text.replaceAll(/(?<![\w.])\d+(\.\d+)?(?=\s?(ms|s|seconds?)\b)|(?<=\bduration_ms:? )\d+(\.\d+)?/g, '…')
}

function lacking(expected: string, got: string): string {
  return [...excerpt(expected.split('\n'), '- includes '), ...excerpt(got.split('\n'), '+ ')].join('\n')
}

function lastUserText(request: ChatRequest): string {
  const message = request.messages.findLast((candidate) => candidate.role === 'user')
  if (message?.role !== 'user') return ''
  return message.content.map((part) => (part.type === 'text' ? part.text : '')).join('')
}

function latestResults(request: ChatRequest): Map<string, ToolResultPart> {
  const since = request.messages.findLastIndex((message) => message.role === 'assistant') + 1
  const results = request.messages.slice(since).flatMap((message) => (message.role === 'tool' ? message.content : []))
  return new Map(results.map((result) => [result.callId, result]))
}
