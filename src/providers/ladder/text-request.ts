import type {AssistantPart, ChatRequest, Message, ToolResultPart, UserPart} from 'vibe-plugin-api'
import type {Dialect} from './dialect.ts'
import {rawOf} from './text-call.ts'

/**
 * The same request for a model that writes its calls as text: the tools are told in the system prompt, earlier calls and
 * results are text. What stands before the last message stays the same bytes from request to request.
 */
export function asTextRequest(request: ChatRequest, dialect: Dialect): ChatRequest {
  const {tools = [], toolChoice: _, responseSchema, system = '', messages, ...rest} = request
  const text = asTextMessages(messages, dialect)
  const parts = [system, dialect.manual(tools), ...(responseSchema ? [answerRule(responseSchema)] : [])]
  return {
    ...rest,
    system: parts.filter((part) => part !== '').join('\n\n'),
    messages: text,
    cacheBreakpoints: ['system', text.length - 1],
  }
}

/** A service that forces its answers into a schema would leave the model no way to call a tool. */
function answerRule(schema: object): string {
  return `Your last answer, the one without calls, must be one JSON value that fits this JSON schema, and nothing else: ${JSON.stringify(schema)}`
}

function asTextMessages(messages: readonly Message[], dialect: Dialect): Message[] {
  const list: Message[] = []
  for (const message of messages) {
    const next = asTextMessage(message, dialect)
    const last = list.at(-1)
    if (next.role === 'user' && last?.role === 'user')
      list[list.length - 1] = {role: 'user', content: [...last.content, ...next.content]}
    else if (next.content.length > 0) list.push(next)
  }
  return list
}

function asTextMessage(message: Message, dialect: Dialect): Message {
  if (message.role === 'user') return message
  if (message.role === 'tool') return {role: 'user', content: message.content.flatMap(resultParts)}
  const text = message.content
    .map((part) => partText(part, dialect))
    .filter((piece) => piece !== '')
    .join('\n\n')
  return {role: 'assistant', content: text === '' ? [] : [{type: 'text', text}]}
}

function partText(part: AssistantPart, dialect: Dialect): string {
  if (part.type === 'text') return part.text.trim()
  return part.type === 'tool-call' ? (rawOf(part) ?? dialect.renderCall(part)).trim() : ''
}

function resultParts({name, content, isError}: ToolResultPart): UserPart[] {
  const text = content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
  // What a file says must not look like the end of its own frame.
  const safe = text.replaceAll('</tool_result', '<\\/tool_result')
  const head = `<tool_result tool=${JSON.stringify(name)}${isError ? ' failed="true"' : ''}>`
  return [{type: 'text', text: `${head}\n${safe}\n</tool_result>`}, ...content.filter((part) => part.type === 'file')]
}
