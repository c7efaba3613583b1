import type {OpenAI} from 'openai'
import type {ChatRequest, Warning} from 'vibe-plugin-api'
import {toWireMessages} from 'vibe-openai-wire/messages'
import {isReasoningModel} from './reasoning-models.ts'

type Body = OpenAI.Chat.Completions.ChatCompletionCreateParamsStreaming

/** The request as the body of POST /chat/completions. Tool schemas go through unchanged. */
export function toChatRequest(request: ChatRequest, providerId: string): {body: Body; warnings: Warning[]} {
  const warnings: Warning[] = []
  const body: Record<string, unknown> = {
    model: request.model,
    messages: toWireMessages(request.system, request.messages, {providerId, replayReasoning: false}),
    stream: true,
    stream_options: {include_usage: true},
  }
  if (request.tools?.length) {
    body.tools = request.tools.map(({name, description, inputSchema}) => ({
      type: 'function',
      function: {name, description, parameters: inputSchema},
    }))
    if (request.toolChoice !== undefined) body.tool_choice = toolChoice(request.toolChoice)
  }
  if (request.maxOutputTokens !== undefined) body.max_completion_tokens = request.maxOutputTokens
  const temperature = temperatureOf(request, warnings)
  if (temperature !== undefined) body.temperature = temperature
  if (request.stopSequences?.length) body.stop = request.stopSequences
  if (request.reasoning !== undefined) body.reasoning_effort = request.reasoning
  if (request.responseSchema !== undefined) {
    body.response_format = {type: 'json_schema', json_schema: {name: 'answer', schema: request.responseSchema}}
  }
  return {body: {...body, ...request.providerOptions?.[providerId]} as unknown as Body, warnings}
}

/** Models that think refuse a temperature: it is left out, and that is said. */
export function temperatureOf(request: ChatRequest, warnings: Warning[]): number | undefined {
  if (request.temperature === undefined || !isReasoningModel(request.model) || request.reasoning === 'none')
    return request.temperature
  warnings.push({
    code: 'unsupported',
    feature: 'temperature',
    message: `${request.model} takes no temperature; it was left out.`,
  })
  return undefined
}

function toolChoice(choice: NonNullable<ChatRequest['toolChoice']>): unknown {
  return typeof choice === 'string' ? choice : {type: 'function', function: {name: choice.tool}}
}
