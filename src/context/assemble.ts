import type {ChatRequest, JsonObject, Message} from 'vibe-plugin-api'

export type RequestParts = {
  model: string
  system: string
  messages: readonly Message[]
  tools: ReadonlyArray<{name: string; description: string; inputSchema: JsonObject}>
  temperature: number | undefined
  maxOutputTokens: number | undefined
  responseSchema: JsonObject | undefined
}

/**
 * The one place that builds a request. What stands before the last message is the same bytes as in the request before,
 * so that services which cache prefixes hit; breakpoints mark the tools, the system prompt and the last message.
 */
export function assembleRequest(parts: RequestParts): ChatRequest {
  return {
    model: parts.model,
    system: parts.system,
    messages: [...parts.messages],
    tools: parts.tools.map(({name, description, inputSchema}) => ({name, description, inputSchema})),
    cacheBreakpoints: ['tools', 'system', parts.messages.length - 1],
    ...(parts.temperature === undefined ? {} : {temperature: parts.temperature}),
    ...(parts.maxOutputTokens === undefined ? {} : {maxOutputTokens: parts.maxOutputTokens}),
    ...(parts.responseSchema === undefined ? {} : {responseSchema: parts.responseSchema}),
  }
}
