import type {AssistantPart, JsonObject, JsonValue, StopReason, Usage} from 'vibe-plugin-api'
import {isObject, type Expectation, type RecordedAnswer, type Recording} from './recording.ts'
import {ScriptProblem} from './script.ts'

/**
 * Reads the JSON lines of a session of vibe: its assistant records are the answers, and what the person and the tools
 * said before each is what a request is compared with. Records and members it does not know are skipped.
 * @throws ScriptProblem that names the line
 */
export function readSessionLog(log: string): Recording {
  const records = parseLines(log)
  const head = records[0]
  if (head?.['type'] !== 'session' || head['v'] !== 1)
    throw new ScriptProblem('line 1 must be a session record with "v": 1')
  const answers: RecordedAnswer[] = []
  let expect: Expectation = {toolResults: [], tools: []}
  for (const [index, record] of records.entries()) {
    const at = `record ${index + 1}`
    if (record['type'] === 'user') expect = withUserText(expect, joinText(parts(record['content'], at)))
    else if (record['type'] === 'tool-result') expect.toolResults.push(resultOf(record['part'], at))
    else if (record['type'] === 'assistant' && saysSomething(parts(record['content'], at))) {
      answers.push(answerOf(record, expect, at))
      expect = {toolResults: [], tools: []}
    }
  }
  return {name: typeof head['id'] === 'string' ? head['id'] : 'session', answers}
}

/** What a person says twice in a row, since no answer came, is one message in the next request. */
function withUserText(expect: Expectation, text: string): Expectation {
  return {...expect, userText: {text: (expect.userText?.text ?? '') + text, exact: true}}
}

/** An answer of thoughts alone, or of nothing, is no message in the next request, so it has no place to be counted. */
function saysSomething(content: JsonObject[]): boolean {
  return content.some((part) => part['type'] !== 'reasoning' && (part['type'] !== 'text' || part['text'] !== ''))
}

function parseLines(log: string): JsonObject[] {
  const lines = log.split('\n')
  const records: JsonObject[] = []
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue
    const record = parse(line)
    if (record !== undefined) records.push(record)
    // A process that was killed leaves half a last line behind; everything before it still counts.
    else if (index < lines.length - 1) throw new ScriptProblem(`line ${index + 1} is not a JSON object`)
  }
  return records
}

function parse(line: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isObject(value) ? value : undefined
  } catch {
    return undefined // The caller says which line it was.
  }
}

function answerOf(record: JsonObject, expect: Expectation, at: string): RecordedAnswer {
  const stop = record['stopReason']
  const usage = record['usage']
  return {
    expect,
    content: parts(record['content'], at).flatMap((part) => assistantPart(part, at)),
    ...(typeof stop === 'string' && stop !== 'interrupted'
      ? {stopReason: stop as StopReason}
      : {stopReason: 'other' as const, rawStopReason: 'interrupted'}),
    usage: isObject(usage) ? (usage as Usage) : {},
    ...(typeof record['model'] === 'string' ? {model: record['model']} : {}),
  }
}

function assistantPart(part: JsonObject, at: string): AssistantPart[] {
  const known = part['type'] === 'text' || part['type'] === 'reasoning' || part['type'] === 'tool-call'
  if (!known) return []
  const whole =
    part['type'] === 'tool-call'
      ? typeof part['callId'] === 'string' && typeof part['name'] === 'string' && isObject(part['input'])
      : typeof part['text'] === 'string'
  if (!whole) throw new ScriptProblem(`${at} has a ${part['type']} part without its members`)
  return [part as unknown as AssistantPart]
}

function resultOf(part: JsonValue | undefined, at: string): Expectation['toolResults'][number] {
  if (!isObject(part) || typeof part['callId'] !== 'string')
    throw new ScriptProblem(`${at} is a tool result without a callId`)
  return {
    callId: part['callId'],
    exact: joinText(parts(part['content'], at)),
    includes: [],
    isError: part['isError'] === true,
  }
}

function parts(content: JsonValue | undefined, at: string): JsonObject[] {
  if (!Array.isArray(content) || !content.every(isObject))
    throw new ScriptProblem(`${at} has no list of parts as its content`)
  return content
}

function joinText(content: JsonObject[]): string {
  return content
    .map((part) => (part['type'] === 'text' && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('')
}
