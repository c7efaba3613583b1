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
import {chat, type Memory} from './chat.ts'
import {lmStudioModels} from './lmstudio-models.ts'
import {mapModels} from './map-models.ts'
import {mapUsage} from 'vibe-openai-wire/map-usage'
import {failure} from 'vibe-openai-wire/service-error'
import {fetchJson} from './service.ts'
import {waysOf} from './ways.ts'
import {asCount, asList, asObject} from 'vibe-openai-wire/wire'

/** A provider for any service that speaks OpenAI's chat completions, also for the data-only manifests of others. */
export function createProvider(context: ProviderContext): Provider {
  const memory: Memory = {ways: waysOf(context)}
  // xAI finds what it has cached of a conversation by this.
  const same = context.quirks.includes('conversation-header') ? {'x-grok-conv-id': crypto.randomUUID()} : {}
  return {
    id: context.providerId,
    chat: (request, options) => {
      const headers = {...same, ...options.headers}
      return chat({context, memory, request, options: {...options, headers}})
    },
    validateConnection: (options) => validateConnection(context, options),
    ...(context.quirks.includes('no-model-list')
      ? {}
      : {listModels: (options: CallOptions) => listModels(context, options)}),
    embed: (request, options) => embed(context, request, options),
  }
}

async function listModels(context: ProviderContext, options: CallOptions): Promise<ModelInfo[]> {
  const models =
    (await lmStudioModels(context, options)) ?? mapModels(await fetchJson(context, {path: '/models'}, options))
  if (models) return context.quirks.includes('models-prefix') ? models.map(withoutPrefix) : models
  throw failure('bad-response', `${new URL(context.endpoint).host} answered /models with something that is no list`, {
    retryable: false,
  })
}

/** Google lists its models under their resource names, but is asked for them, and prices them, without. */
function withoutPrefix(model: ModelInfo): ModelInfo {
  return {...model, id: model.id.replace(/^models\//, '')}
}

/** Lists the models, which spends no token. A service without a list is reachable all the same, with a warning. */
async function validateConnection(context: ProviderContext, options: CallOptions): Promise<ConnectionReport> {
  const start = performance.now()
  const latency = () => Math.round(performance.now() - start)
  try {
    const models = await listModels(context, options)
    return {ok: true, latencyMs: latency(), modelsSeen: models.length, warnings: []}
  } catch (error) {
    if (!isProviderError(error)) throw error
    if (error.status !== 404 && error.status !== 405) return {ok: false, error: shapeOf(error)}
    const message = 'The service answers but lists no models, so the key is not checked yet.'
    return {ok: true, latencyMs: latency(), warnings: [{code: 'unsupported', feature: 'modelListing', message}]}
  }
}

async function embed(context: ProviderContext, request: EmbedRequest, options: CallOptions): Promise<EmbedResult> {
  const {model, texts, dimensions} = request
  const body = {model, input: texts, encoding_format: 'float', ...(dimensions === undefined ? {} : {dimensions})}
  const answer = asObject(await fetchJson(context, {path: '/embeddings', body}, options))
  const items = asList(answer?.data).map(
    (item, place) => ({place, ...asObject(item)}) as {place: number; index?: unknown; embedding?: unknown},
  )
  items.sort((a, b) => (asCount(a.index) ?? a.place) - (asCount(b.index) ?? b.place))
  const vectors = items.map(({embedding}) => asList(embedding).filter((value) => typeof value === 'number'))
  if (vectors.length === texts.length && vectors.every((vector) => vector.length > 0)) {
    return {vectors, usage: mapUsage(answer?.usage) ?? {}}
  }
  throw failure(
    'bad-response',
    `${new URL(context.endpoint).host} answered ${vectors.length} vectors for ${texts.length} texts`,
    {retryable: true},
  )
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
