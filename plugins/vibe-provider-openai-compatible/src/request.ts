import type {ChatRequest} from 'vibe-plugin-api'
import {toWireMessages, type HistoryOptions} from 'vibe-openai-wire/messages'
import {nineCharacterId} from 'vibe-openai-wire/short-id'
import type {Ways} from './ways.ts'

export type WireRequest = {model: string; stream: boolean; [more: string]: unknown}

/** What Google documents for calls that its model did not make itself. */
const UNSIGNED = {extra_content: {google: {thought_signature: 'skip_thought_signature_validator'}}}

/** The request as the body of POST /chat/completions. Tool schemas go through unchanged. */
export function toWireRequest(request: ChatRequest, ways: Ways, providerId: string): WireRequest {
  const {maxOutputTokens, temperature, stopSequences} = request
  const body: WireRequest = {
    model: request.model,
    messages: toWireMessages(systemOf(request, ways), request.messages, historyOptions(ways, providerId)),
    stream: ways.streaming,
    ...(ways.streaming && ways.streamUsage && {stream_options: {include_usage: true}}),
    ...toolsOf(request),
    ...(maxOutputTokens !== undefined && {[ways.maxTokensField]: maxOutputTokens}),
    ...(temperature !== undefined && {temperature}),
    ...(stopSequences?.length && {stop: stopSequences}),
    ...thinkingOf(request, ways),
    ...formatOf(request, ways),
  }
  return {...body, ...request.providerOptions?.[providerId]}
}

function historyOptions(ways: Ways, providerId: string): HistoryOptions {
  return {
    providerId,
    replayReasoning: ways.replayReasoning,
    speakAfterTools: ways.speakAfterTools,
    ...(ways.shortIds && {toolId: nineCharacterId}),
    ...(ways.signatures && {unsigned: UNSIGNED}),
  }
}

function toolsOf({tools, toolChoice}: ChatRequest): object {
  if (!tools?.length) return {}
  return {
    tools: tools.map(({name, description, inputSchema}) => ({
      type: 'function',
      function: {name, description, parameters: inputSchema},
    })),
    ...(toolChoice !== undefined && {
      tool_choice: typeof toolChoice === 'string' ? toolChoice : {type: 'function', function: {name: toolChoice.tool}},
    }),
  }
}

function thinkingOf({reasoning}: ChatRequest, {effort, thinkingSwitch}: Ways): object {
  if (reasoning === undefined) return {}
  if (thinkingSwitch && reasoning === 'none') return {thinking: {type: 'disabled'}}
  return {...(thinkingSwitch && {thinking: {type: 'enabled'}}), ...(effort && {reasoning_effort: reasoning})}
}

function formatOf({responseSchema}: ChatRequest, {jsonMode}: Ways): object {
  if (responseSchema === undefined) return {}
  if (jsonMode === 'object') return {response_format: {type: 'json_object'}}
  return {response_format: {type: 'json_schema', json_schema: {name: 'answer', schema: responseSchema}}}
}

/** A service without schemas is told the schema in words; JSON mode wants the word JSON there in any case. */
function systemOf({system, responseSchema}: ChatRequest, {jsonMode}: Ways): string | undefined {
  if (responseSchema === undefined || jsonMode === 'schema') return system
  const rule = `Answer with one JSON object that fits this JSON Schema:\n${JSON.stringify(responseSchema)}`
  return system === undefined || system === '' ? rule : `${system}\n\n${rule}`
}
