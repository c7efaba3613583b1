import type {JsonObject, JsonValue, ToolDefinition} from 'vibe-plugin-api'
import type {Dialect} from './dialect.ts'
import {createJsonRecogniser} from './json-recogniser.ts'

const HOW = `You use tools by writing calls into your answer. To call a tool, end your answer with a block like this:

\`\`\`tool_call
{"name": "NAME", "arguments": {"KEY": "value"}}
\`\`\`

Each block holds one JSON object; several calls are several blocks. Inside a JSON string a line break is \\n and a quote is \\".
Nothing comes after the last block: you get the results in the next message, as <tool_result>. Never write a result yourself.
When you need no tool any more, answer in plain words without a block.

Tools:`

/** Tool calls as JSON in the text. */
export const jsonDialect: Dialect = {
  manual: (tools) => [HOW, ...tools.map(toolLine)].join('\n'),
  renderCall: ({name, input}) => `\`\`\`tool_call\n${JSON.stringify({name, arguments: input})}\n\`\`\``,
  recogniser: (tools) => createJsonRecogniser(new Set(tools.map(({name}) => name))),
}

function toolLine({name, description, inputSchema}: ToolDefinition): string {
  return `- ${name} ${shortSchema(inputSchema)}: ${description}`
}

/** `{"path": string, "limit"?: integer (lines)}` for a flat schema; the schema itself for any other. */
function shortSchema(schema: JsonObject): string {
  const properties = schema['properties']
  if (!isObject(properties)) return '{}'
  const members = Object.entries(properties)
  if (!members.every(([, member]) => isFlat(member))) return `arguments by this JSON schema: ${JSON.stringify(schema)}`
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  return `{${members.map(([key, member]) => memberText(key, member, required.includes(key))).join(', ')}}`
}

function memberText(key: string, member: JsonValue, isRequired: boolean): string {
  const {type, description, enum: words} = isObject(member) ? member : {}
  const kind = Array.isArray(words) ? words.map((word) => JSON.stringify(word)).join('|') : String(type)
  const note = typeof description === 'string' ? ` (${description})` : ''
  return `"${key}"${isRequired ? '' : '?'}: ${kind}${note}`
}

function isFlat(member: JsonValue): boolean {
  return isObject(member) && ['string', 'integer', 'number', 'boolean'].some((type) => member['type'] === type)
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
