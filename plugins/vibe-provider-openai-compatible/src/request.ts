import type {ChatRequest} from 'vibe-plugin-api'
import {toWireMessages} from 'vibe-openai-wire/messages'
import type {Ways} from './ways.ts'

export type WireRequest = {model: string; stream: boolean; [more: string]: unknown}

/** The request as the body of POST /chat/completions. Tool schemas go through unchanged. */
export function toWireRequest(request: ChatRequest, ways: Ways, providerId: string): WireRequest {
  const body: WireRequest = {
    model: request.model,
    messages: toWireMessages(request.system, request.messages, {providerId, replayReasoning: ways.replayReasoning}),
    stream: ways.streaming,
  }
  if (ways.streaming && ways.streamUsage) body.stream_options = {include_usage: true}
  if (request.tools?.length) {
    body.tools = request.tools.map(({name, description, inputSchema}) => ({
      type: 'function',
      function: {name, description, parameters: inputSchema},
    }))
    if (request.toolChoice !== undefined) body.tool_choice = toolChoice(request.toolChoice)
  }
  if (request.maxOutputTokens !== undefined) body[ways.maxTokensField] = request.maxOutputTokens
  if (request.temperature !== undefined) body.temperature = request.temperature
  if (request.stopSequences?.length) body.stop = request.stopSequences
  if (request.reasoning !== undefined) body.reasoning_effort = request.reasoning
  if (request.responseSchema !== undefined) {
    body.response_format = {type: 'json_schema', json_schema: {name: 'answer', schema: request.responseSchema}}
  }
  return {...body, ...request.providerOptions?.[providerId]}
}

function toolChoice(choice: NonNullable<ChatRequest['toolChoice']>): unknown {
  return typeof choice === 'string' ? choice : {type: 'function', function: {name: choice.tool}}
}
