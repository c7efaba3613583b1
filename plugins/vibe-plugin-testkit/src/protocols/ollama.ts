import type {ScriptedAnswer} from '../scripted-answer.ts'
import type {Reply, Step} from '../scripted-server.ts'
import {pieces} from './sse.ts'

/**
 * @returns the answer as lines of JSON, as Ollama's `/api/chat` streams it: each text in several lines, each tool call
 * whole and without an id, the counts in the last line
 */
export function ollamaReply(answer: ScriptedAnswer): Reply {
  const head = {model: answer.model ?? 'scripted', created_at: '2026-01-01T00:00:00.000000Z'}
  const line = (message: object) => ({...head, message: {role: 'assistant', content: '', ...message}, done: false})
  const lines: object[] = []
  if (answer.reasoning) lines.push(...pieces(answer.reasoning).map((thinking) => line({thinking})))
  if (answer.text) lines.push(...pieces(answer.text).map((content) => line({content})))
  for (const {name, input} of answer.toolCalls ?? [])
    lines.push(line({tool_calls: [{function: {name, arguments: input}}]}))
  lines.push({...line({}), done: true, done_reason: answer.stop ?? 'stop', ...counts(answer)})
  return {
    status: 200,
    headers: {'content-type': 'application/x-ndjson'},
    steps: lines.map((one): Step => ({write: `${JSON.stringify(one)}\n`})),
  }
}

function counts({usage}: ScriptedAnswer): object {
  return usage ? {prompt_eval_count: usage.input, eval_count: usage.output, total_duration: 1_000_000} : {}
}
