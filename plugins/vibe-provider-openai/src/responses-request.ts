import type {OpenAI} from 'openai'
import type {ChatRequest, ProviderContext, Warning} from 'vibe-plugin-api'
import {temperatureOf} from './chat-request.ts'
import {isReasoningModel} from './reasoning-models.ts'
import {toInput} from './responses-input.ts'

type Body = OpenAI.Responses.ResponseCreateParamsStreaming
type Context = Pick<ProviderContext, 'providerId' | 'settings'>

/** The request as the body of POST /responses. Nothing is stored at the service, so thoughts travel sealed. */
export function toResponsesRequest(
  request: ChatRequest,
  {providerId, settings}: Context,
): {body: Body; warnings: Warning[]} {
  const warnings: Warning[] = []
  const body: Record<string, unknown> = {
    model: request.model,
    input: toInput(request.messages, providerId),
    stream: true,
    store: false,
  }
  if (request.system) body.instructions = request.system
  if (request.tools?.length) {
    body.tools = request.tools.map(({name, description, inputSchema}) => ({
      type: 'function',
      name,
      description,
      parameters: inputSchema,
      strict: false, // Else the service rewrites schemas it was given.
    }))
    if (request.toolChoice !== undefined) body.tool_choice = toolChoice(request.toolChoice)
  }
  if (request.maxOutputTokens !== undefined) body.max_output_tokens = request.maxOutputTokens
  const temperature = temperatureOf(request, warnings)
  if (temperature !== undefined) body.temperature = temperature
  if (request.stopSequences?.length) {
    warnings.push({code: 'unsupported', feature: 'stopSequences', message: 'The Responses API has no stop sequences.'})
  }
  if (request.responseSchema !== undefined) {
    body.text = {format: {type: 'json_schema', name: 'answer', schema: request.responseSchema, strict: false}}
  }
  Object.assign(body, reasoningOf(request, settings.reasoningSummary, warnings))
  return {body: {...body, ...request.providerOptions?.[providerId]} as unknown as Body, warnings}
}

function reasoningOf(request: ChatRequest, summary: unknown, warnings: Warning[]): Record<string, unknown> {
  const {model, reasoning: effort} = request
  if (!isReasoningModel(model)) {
    if (effort !== undefined && effort !== 'none') {
      warnings.push({
        code: 'unsupported',
        feature: 'reasoning',
        message: `${model} does not reason; the effort was left out.`,
      })
    }
    return {}
  }
  const wanted = typeof summary === 'string' ? summary : 'auto'
  const reasoning = {...(effort === undefined ? {} : {effort}), ...(wanted === 'none' ? {} : {summary: wanted})}
  return {reasoning, include: ['reasoning.encrypted_content']}
}

function toolChoice(choice: NonNullable<ChatRequest['toolChoice']>): unknown {
  return typeof choice === 'string' ? choice : {type: 'function', name: choice.tool}
}
