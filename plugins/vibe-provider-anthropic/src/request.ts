import type {ChatRequest, JsonObject, Warning} from 'vibe-plugin-api'
import {markLast, wireMessages} from './messages.ts'
import {thinkingFor} from './thinking.ts'
import {traitsOf, type ModelTraits} from './traits.ts'

/** The version whose requests know no temperature. */
export const CURRENT_VERSION = '2026-10-21'
const MOST_BREAKPOINTS = 4

export type RequestOptions = {maxTokens: number; apiVersion: string; providerId: string}
export type WireRequest = {body: JsonObject; warnings: Warning[]}

/** @returns the body of a Messages API request, and what had to be changed to make it acceptable */
export function wireRequest(request: ChatRequest, how: RequestOptions): WireRequest {
  const traits = traitsOf(request.model)
  const thinking = thinkingFor(request, traits, how.maxTokens)
  const reasons = thinking.thinking !== undefined && thinking.thinking['type'] !== 'disabled'
  const temperature = temperatureFor(request, {traits, reasons, apiVersion: how.apiVersion})
  const choice = toolChoice(request, traits.forcedTools && !(reasons && traits.thinking === 'budget'))
  const marks = breakpoints(request)
  const output: JsonObject = {
    ...(thinking.effort === undefined ? {} : {effort: thinking.effort}),
    ...(request.responseSchema ? {format: {type: 'json_schema', schema: request.responseSchema}} : {}),
  }
  const stops = request.stopSequences?.filter((stop) => stop.trim() !== '')
  const body: JsonObject = {
    model: request.model,
    max_tokens: how.maxTokens,
    ...systemAndTools(request, marks),
    messages: wireMessages(request, {marked: marks.messages, providerId: how.providerId}),
    ...choice.body,
    ...(thinking.thinking ? {thinking: thinking.thinking} : {}),
    ...(Object.keys(output).length > 0 ? {output_config: output} : {}),
    ...temperature.body,
    ...(stops?.length ? {stop_sequences: stops} : {}),
    ...request.providerOptions?.[how.providerId],
  }
  return {body, warnings: [...thinking.warnings, ...choice.warnings, ...temperature.warnings]}
}

type Marks = {tools: boolean; system: boolean; messages: Set<number>}

function breakpoints(request: ChatRequest): Marks {
  const place = (mark: 'tools' | 'system' | number) => (mark === 'tools' ? -2 : mark === 'system' ? -1 : mark)
  const inOrder = [...new Set(request.cacheBreakpoints ?? [])].sort((a, b) => place(a) - place(b))
  const kept = inOrder.slice(-MOST_BREAKPOINTS)
  return {
    tools: kept.includes('tools'),
    system: kept.includes('system'),
    messages: new Set(kept.filter((mark) => typeof mark === 'number')),
  }
}

function systemAndTools(request: ChatRequest, marks: Marks): JsonObject {
  const system: JsonObject[] = request.system?.trim() ? [{type: 'text', text: request.system.toWellFormed()}] : []
  const tools: JsonObject[] = (request.tools ?? []).map(({name, description, inputSchema}) => ({
    name,
    description,
    input_schema: inputSchema,
  }))
  if (marks.system) markLast(system)
  if (marks.tools) markLast(tools)
  return {...(system.length > 0 ? {system} : {}), ...(tools.length > 0 ? {tools} : {})}
}

function toolChoice({toolChoice: choice, tools}: ChatRequest, forcible: boolean): WireRequest {
  if (choice === undefined || choice === 'auto' || !tools?.length) return {body: {}, warnings: []}
  if (choice === 'none') return {body: {tool_choice: {type: 'none'}}, warnings: []}
  if (!forcible) {
    const message = 'This model cannot be forced to call a tool; it was left free to.'
    return {body: {}, warnings: [{code: 'adjusted', feature: 'toolChoice', message}]}
  }
  return {body: {tool_choice: choice === 'required' ? {type: 'any'} : {type: 'tool', name: choice.tool}}, warnings: []}
}

function temperatureFor(
  {temperature}: ChatRequest,
  how: {traits: ModelTraits; reasons: boolean; apiVersion: string},
): WireRequest {
  if (temperature === undefined) return {body: {}, warnings: []}
  const refusal =
    how.apiVersion === CURRENT_VERSION
      ? `version ${CURRENT_VERSION} of the API has none`
      : !how.traits.sampling
        ? 'this model takes none'
        : how.reasons
          ? 'it cannot be combined with reasoning'
          : undefined
  if (refusal !== undefined) {
    return {
      body: {},
      warnings: [{code: 'unsupported', feature: 'temperature', message: `The temperature was left out: ${refusal}.`}],
    }
  }
  if (temperature <= 1) return {body: {temperature}, warnings: []}
  const message = `Temperature ${temperature} became 1, the highest that this service takes.`
  return {body: {temperature: 1}, warnings: [{code: 'adjusted', feature: 'temperature', message}]}
}
