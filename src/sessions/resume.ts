import type {AssistantPart, Message, ToolResultPart, UserPart} from 'vibe-plugin-api'
import type {Author, HistoryMessage} from './history.ts'
import type {SessionRecord} from './records.ts'

const INTERRUPTED = 'Interrupted before it finished: whether it took effect is unknown. Look before you repeat it.'

/**
 * The history a service accepts, from whatever a crash left: every tool call has exactly one result, directly after its
 * assistant message; missing ones are filled in and said to be unknown.
 */
export function messagesOf(records: readonly SessionRecord[]): HistoryMessage[] {
  const messages: HistoryMessage[] = []
  for (const [index, record] of records.entries()) {
    if (record.type === 'user') addUser(messages, record.content)
    else if (record.type === 'assistant' && !record.discarded)
      addAssistant(messages, record, resultsAfter(records, index))
  }
  return messages
}

/** Ids are only unique within one answer, so results are looked for up to the next answer alone. */
function resultsAfter(records: readonly SessionRecord[], index: number): Map<string, ToolResultPart> {
  const results = new Map<string, ToolResultPart>()
  for (let next = index + 1; next < records.length; next++) {
    const record = records[next]
    if (!record || record.type === 'assistant' || record.type === 'user') break
    if (record.type === 'tool-result') results.set(record.part.callId, record.part)
  }
  return results
}

/** Two user records in a row (the answer between them was lost) become one message: some services refuse repeated roles. */
function addUser(messages: Message[], content: UserPart[]): void {
  const last = messages.at(-1)
  if (last?.role === 'user') last.content.push(...content)
  else messages.push({role: 'user', content: [...content]})
}

function addAssistant(
  messages: HistoryMessage[],
  {content, provider, model}: Partial<Author> & {content: AssistantPart[]},
  results: Map<string, ToolResultPart>,
): void {
  const seen = new Set<string>()
  const kept = content.filter((part) => {
    if (part.type === 'text') return part.text !== ''
    if (part.type !== 'tool-call') return true
    if (seen.has(part.callId)) return false
    seen.add(part.callId)
    return true
  })
  if (!kept.some((part) => part.type !== 'reasoning')) return
  const by = typeof provider === 'string' && typeof model === 'string' ? {by: {provider, model}} : {}
  messages.push({role: 'assistant', content: kept, ...by})
  const calls = kept.filter((part) => part.type === 'tool-call')
  if (calls.length === 0) return
  messages.push({
    role: 'tool',
    content: calls.map((call) => results.get(call.callId) ?? interruptedResult(call.callId, call.name)),
  })
}

/** What stands for a result that never came. */
export function interruptedResult(callId: string, name: string): ToolResultPart {
  return {type: 'tool-result', callId, name, content: [{type: 'text', text: INTERRUPTED}], isError: true}
}
