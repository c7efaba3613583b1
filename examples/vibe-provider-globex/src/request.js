/** @import {ChatRequest, FilePart, Message, ToolResultPart, UserPart} from 'vibe-plugin-api' */

/**
 * vibe's request as the body that the service takes. Tool schemas go through unchanged.
 * @param {ChatRequest} request
 * @param {string} providerId
 */
export function toWire(request, providerId) {
  const {system, tools, toolChoice, maxOutputTokens, temperature, stopSequences, responseSchema} = request
  const head = system === undefined || system === '' ? [] : [{role: 'system', content: system}]
  return {
    model: request.model,
    messages: [...head, ...request.messages.flatMap(toWireMessages)],
    stream: true,
    stream_options: {include_usage: true},
    ...(tools?.length && {
      tools: tools.map(({name, description, inputSchema}) => ({
        type: 'function',
        function: {name, description, parameters: inputSchema},
      })),
    }),
    ...(tools?.length && toolChoice !== undefined && {tool_choice: choiceOf(toolChoice)}),
    ...(maxOutputTokens !== undefined && {max_tokens: maxOutputTokens}),
    ...(temperature !== undefined && {temperature}),
    ...(stopSequences?.length && {stop: stopSequences}),
    ...(request.reasoning !== undefined && {reasoning_effort: request.reasoning}),
    ...(responseSchema && {
      response_format: {type: 'json_schema', json_schema: {name: 'answer', schema: responseSchema}},
    }),
    ...request.providerOptions?.[providerId],
  }
}

/** @param {NonNullable<ChatRequest['toolChoice']>} choice */
function choiceOf(choice) {
  return typeof choice === 'string' ? choice : {type: 'function', function: {name: choice.tool}}
}

/**
 * @param {Message} message
 * @returns {object[]}
 */
function toWireMessages(message) {
  if (message.role === 'user') return [{role: 'user', content: contentOf(message.content)}]
  if (message.role === 'tool') return resultMessages(message.content)
  const text = message.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('')
  const calls = message.content.flatMap((part) =>
    part.type === 'tool-call'
      ? [{id: part.callId, type: 'function', function: {name: part.name, arguments: JSON.stringify(part.input)}}]
      : [],
  )
  if (text === '' && calls.length === 0) return []
  return [{role: 'assistant', content: text === '' ? null : text, ...(calls.length > 0 && {tool_calls: calls})}]
}

/**
 * Results are text in this protocol; their files follow in a message of their own.
 * @param {readonly ToolResultPart[]} results
 */
function resultMessages(results) {
  /** @type {UserPart[]} */
  const files = []
  /** @type {object[]} */
  const wire = results.map(({callId, name, content, isError}) => {
    const own = content.filter((part) => part.type === 'file')
    if (own.length > 0) files.push({type: 'text', text: `Files from ${name} (${callId}):`}, ...own)
    const text = content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
    const said = text === '' && own.length > 0 ? `${own.length} file(s), see the next message` : text
    return {role: 'tool', tool_call_id: callId, content: isError ? `Error: ${said}` : said}
  })
  return files.length === 0 ? wire : [...wire, {role: 'user', content: contentOf(files)}]
}

/**
 * Text alone stays a string, which every service takes.
 * @param {readonly UserPart[]} parts
 */
function contentOf(parts) {
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []))
  if (texts.length === parts.length) return texts.join('\n\n')
  return parts.map((part) => (part.type === 'text' ? {type: 'text', text: part.text} : filePart(part)))
}

/** @param {FilePart} part */
function filePart({mediaType, data, name = 'file'}) {
  if (mediaType.startsWith('text/')) return {type: 'text', text: `${name}:\n${new TextDecoder().decode(data)}`}
  const url = `data:${mediaType};base64,${Buffer.from(data).toString('base64')}`
  if (mediaType.startsWith('image/')) return {type: 'image_url', image_url: {url}}
  return {type: 'file', file: {filename: name, file_data: url}}
}
