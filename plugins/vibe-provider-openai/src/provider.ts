import {
  isProviderError,
  type CallOptions,
  type ConnectionReport,
  type EmbedRequest,
  type EmbedResult,
  type ModelInfo,
  type Provider,
  type ProviderContext,
  type ProviderError,
} from 'vibe-plugin-api'
import {chat} from './chat.ts'
import {openClient, sdkError, type OpenClient} from './client.ts'
import {mapModels} from './map-models.ts'
import {mapUsage} from 'vibe-openai-wire/map-usage'
import {protocolOf} from './protocol.ts'
import {responses} from './responses.ts'
import {failure} from 'vibe-openai-wire/service-error'
import {wellFormed} from 'vibe-openai-wire/wire'

/** A provider for OpenAI, also for data-only manifests that borrow `openai-responses` or `openai-chat`. */
export function createProvider(context: ProviderContext): Provider {
  const speak = protocolOf(context) === 'responses' ? responses : chat
  return {
    id: context.providerId,
    chat: (request, options) => speak(context, request, options),
    validateConnection: (options) => validateConnection(context, options),
    listModels: (options) => listModels(context, options),
    embed: (request, options) => embed(context, request, options),
  }
}

async function called<Result>(
  context: ProviderContext,
  options: CallOptions,
  work: (open: OpenClient) => Promise<Result>,
) {
  const open = await openClient({context, options, streaming: false})
  try {
    return await work(open)
  } catch (error) {
    throw sdkError(error, open.facts, false)
  }
}

function listModels(context: ProviderContext, options: CallOptions): Promise<ModelInfo[]> {
  return called(context, options, async ({client}) => {
    const models = mapModels(await client.get('/models', {signal: options.signal}))
    if (models) return models
    throw failure('bad-response', `${new URL(context.endpoint).host} answered /models with something that is no list`, {
      retryable: false,
    })
  })
}

/** Lists the models, which spends no token. */
async function validateConnection(context: ProviderContext, options: CallOptions): Promise<ConnectionReport> {
  const start = performance.now()
  try {
    const models = await listModels(context, options)
    return {ok: true, latencyMs: Math.round(performance.now() - start), modelsSeen: models.length, warnings: []}
  } catch (error) {
    if (isProviderError(error)) return {ok: false, error: shapeOf(error)}
    throw error
  }
}

function embed(context: ProviderContext, request: EmbedRequest, options: CallOptions): Promise<EmbedResult> {
  const {model, texts, dimensions} = request
  const body = {
    model,
    input: texts,
    encoding_format: 'float' as const,
    ...(dimensions === undefined ? {} : {dimensions}),
  }
  return called(context, options, async ({client}) => {
    const {data, usage} = await client.embeddings.create(wellFormed(body), {signal: options.signal})
    const vectors = (Array.isArray(data) ? data : [])
      .toSorted((a, b) => a.index - b.index)
      .map(({embedding}) => embedding)
    if (vectors.length === texts.length) return {vectors, usage: mapUsage(usage) ?? {}}
    const message = `${new URL(context.endpoint).host} answered ${vectors.length} vectors for ${texts.length} texts`
    throw failure('bad-response', message, {retryable: true})
  })
}

function shapeOf(error: ProviderError) {
  const {code, message, hint, retryable, retryAfterMs, status, requestId} = error
  return {
    code,
    message,
    retryable,
    ...(hint === undefined ? {} : {hint}),
    ...(retryAfterMs === undefined ? {} : {retryAfterMs}),
    ...(status === undefined ? {} : {status}),
    ...(requestId === undefined ? {} : {requestId}),
  }
}
