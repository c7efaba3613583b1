import type {ChatRequest, JsonObject, ProviderContext, ReasoningEffort, Warning} from 'vibe-plugin-api'
import {estimate, type Estimate} from './context-window.ts'
import {toWireMessages, warnOnce, type WireMessage} from './messages.ts'
import type {ModelFacts} from './models.ts'
import {asObject} from './wire.ts'

type Think = boolean | 'low' | 'medium' | 'high'
export type WireRequest = {model: string; messages: WireMessage[]; options: JsonObject; [more: string]: unknown}
export type Prepared = {body: WireRequest; sent: Estimate; warnings: Warning[]}

/** Whether the request depends on what the model can do, so that the server must be asked first. */
export function needsFacts(request: ChatRequest, context: ProviderContext): boolean {
  const wanted = wantedThinking(request, context)
  return wanted !== undefined && wanted !== false
}

/** The body of POST /api/chat, still without `num_ctx`. */
export function toWireRequest(request: ChatRequest, context: ProviderContext, facts: ModelFacts): Prepared {
  const warnings: Warning[] = []
  const messages = toWireMessages(request.system, request.messages, warnings)
  const tools = toolsOf(request, warnings)
  const think = thinkOf(wantedThinking(request, context), facts, warnings)
  const own = request.providerOptions?.[context.providerId] ?? {}
  const keepAlive = keepAliveOf(context.settings.keepAlive)
  const body: WireRequest = {
    model: request.model,
    messages,
    stream: true,
    // Both make the server say that a prompt is too long instead of dropping a part of it.
    truncate: false,
    shift: false,
    ...(tools.length > 0 ? {tools} : {}),
    ...(think === undefined ? {} : {think}),
    ...(request.responseSchema ? {format: request.responseSchema} : {}),
    ...(keepAlive === undefined ? {} : {keep_alive: keepAlive}),
    ...own,
    options: {...optionsOf(request), ...(asObject(own.options) as JsonObject | undefined)},
  }
  return {body, sent: estimate(messages, tools), warnings}
}

function optionsOf(request: ChatRequest): JsonObject {
  return {
    ...(request.temperature === undefined ? {} : {temperature: request.temperature}),
    ...(request.maxOutputTokens === undefined ? {} : {num_predict: request.maxOutputTokens}),
    ...(request.stopSequences?.length ? {stop: request.stopSequences} : {}),
  }
}

function toolsOf({tools = [], toolChoice}: ChatRequest, warnings: Warning[]): object[] {
  if (toolChoice === 'none') return []
  if (tools.length > 0 && toolChoice !== undefined && toolChoice !== 'auto')
    warnOnce(warnings, 'toolChoice', 'Ollama cannot force a tool call; the model chooses by itself.')
  const chosen = typeof toolChoice === 'object' ? tools.filter(({name}) => name === toolChoice.tool) : tools
  return chosen.map(({name, description, inputSchema}) => ({
    type: 'function',
    function: {name, description, parameters: inputSchema},
  }))
}

/** What the request asks for, else what the setting does; undefined leaves it to the model. */
function wantedThinking({reasoning}: ChatRequest, {settings}: ProviderContext): Think | undefined {
  if (reasoning !== undefined) return EFFORTS[reasoning]
  const {think} = settings
  if (think === 'low' || think === 'medium' || think === 'high') return think
  return think === 'on' ? true : think === 'off' ? false : undefined
}

const EFFORTS: Readonly<Record<ReasoningEffort, Think>> = {
  none: false,
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'high',
}

/** Only gpt-oss knows levels; to the others thinking is on or off, and a model that cannot think refuses the word. */
function thinkOf(
  wanted: Think | undefined,
  {family, capabilities}: ModelFacts,
  warnings: Warning[],
): Think | undefined {
  if (wanted === undefined || wanted === false) return wanted
  if (capabilities && !capabilities.includes('thinking')) {
    warnOnce(warnings, 'reasoning', 'This model cannot think before it answers; it was not asked to.')
    return undefined
  }
  return family !== undefined && /^gpt-?oss/.test(family) ? wanted : true
}

/** Ollama reads a number as seconds and refuses a text without a unit. */
export function keepAliveOf(value: unknown): string | number | undefined {
  if (typeof value !== 'string' || value === '') return undefined
  return /^-?\d+$/.test(value) ? Number(value) : value
}
