import {asList, asObject, asText, type Loose} from './wire.ts'

export type ToolDelta = {index?: number; id?: string; name?: string; text: string; extra?: Loose}
/** One chunk or one whole document, whatever of the many dialects it was written in. */
export type Delta = {
  hasChoice: boolean
  reasoning: string
  reasoningField: string
  text: string
  refusal: string
  /** Opaque parts of thoughts that the service wants back. */
  details: Loose[]
  tools: ToolDelta[]
  finish?: string
}

const REASONING_FIELDS = ['reasoning_content', 'reasoning', 'thinking']

/** @returns the first choice of a chunk; others are never asked for */
export function readChunk(chunk: Loose): Delta {
  const choice = asObject(asList(chunk.choices)[0])
  const body = asObject(choice?.delta) ?? asObject(choice?.message) ?? asObject(chunk.message)
  const delta: Delta = {
    hasChoice: choice !== undefined || body !== undefined,
    reasoning: '',
    reasoningField: 'reasoning_content',
    text: '',
    refusal: '',
    details: [],
    tools: [],
  }
  const finish = asText(choice?.finish_reason) ?? asText(chunk.finish_reason)
  if (finish !== undefined) delta.finish = finish
  if (!body) {
    delta.text = asText(choice?.text) ?? ''
    return delta
  }
  const field = REASONING_FIELDS.find((name) => asText(body[name]) !== undefined)
  if (field !== undefined) {
    delta.reasoningField = field
    delta.reasoning = String(body[field])
  }
  readContent(body.content, delta)
  if (delta.text === '') delta.text = asText(body.text) ?? asText(choice?.text) ?? ''
  delta.refusal = asText(body.refusal) ?? ''
  delta.details = asList(body.reasoning_details).flatMap((item): Loose[] => {
    const detail = asObject(item)
    return detail ? [detail] : []
  })
  delta.tools = toolDeltas(body)
  return delta
}

/** Content is a string, or parts: text, and with some services thoughts, which are parts or strings themselves. */
function readContent(content: unknown, delta: Delta): void {
  if (typeof content === 'string') {
    delta.text += content
    return
  }
  for (const part of asList(content)) {
    const object = asObject(part)
    if (typeof part === 'string') delta.text += part
    else if (object?.type === 'thinking') delta.reasoning += plainText(object.thinking ?? object.text)
    else if (object) delta.text += plainText(object.text)
  }
}

function plainText(value: unknown): string {
  if (typeof value === 'string') return value
  const parts = Array.isArray(value) ? value : [asObject(value)?.value]
  return parts.map((part) => (typeof part === 'string' ? part : (asText(asObject(part)?.text) ?? ''))).join('')
}

function toolDeltas(body: Loose): ToolDelta[] {
  const deltas = asList(body.tool_calls).flatMap((item) => {
    const call = asObject(item)
    return call ? [toolDelta(call, asObject(call.function) ?? call)] : []
  })
  const legacy = asObject(body.function_call)
  if (legacy) deltas.push({index: 0, ...toolDelta({}, legacy)})
  return deltas
}

function toolDelta(call: Loose, target: Loose): ToolDelta {
  const delta: ToolDelta = {text: argumentsText(target.arguments)}
  const id = asText(call.id)
  const name = asText(target.name)
  const extra = asObject(call.extra_content)
  if (typeof call.index === 'number') delta.index = call.index
  if (id !== undefined) delta.id = id
  if (name !== undefined) delta.name = name
  if (extra) delta.extra = {extra_content: extra}
  return delta
}

/** Arguments are JSON in a string, but some servers send the object itself. */
function argumentsText(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value)
}
