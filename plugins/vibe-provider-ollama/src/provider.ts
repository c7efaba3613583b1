import {
  isProviderError,
  type CallOptions,
  type ConnectionReport,
  type EmbedRequest,
  type EmbedResult,
  type Provider,
  type ProviderContext,
  type ProviderError,
  type ProviderErrorShape,
} from 'vibe-plugin-api'
import {chat, type Memory} from './chat.ts'
import {failure, hostOf} from './failure.ts'
import {listModels} from './models.ts'
import {pullModel} from './pull.ts'
import {keepAliveOf} from './request.ts'
import {fetchJson} from './service.ts'
import {asCount, asList, asObject, asText, wireJson} from './wire.ts'

/** A provider for Ollama's own API, also for the data-only manifests of others. */
export function createProvider(context: ProviderContext): Provider {
  const memory: Memory = {known: new Map(), windows: new Map()}
  return {
    id: context.providerId,
    chat: (request, options) => chat({context, memory, request, options}),
    validateConnection: (options) => validateConnection(context, options),
    listModels: (options) => listModels({context, known: memory.known, options}),
    embed: (request, options) => embed(context, request, options),
    pullModel: (model, options) => pullModel(context, model, options),
  }
}

/** Asks for the version, which loads no model. */
async function validateConnection(context: ProviderContext, options: CallOptions): Promise<ConnectionReport> {
  const start = performance.now()
  try {
    const answer = asObject(await fetchJson(context, {path: '/api/version'}, options))
    if (asText(answer?.version) === undefined) throw badAnswer(context, options, 'answers, but not as Ollama does')
    return {ok: true, latencyMs: Math.round(performance.now() - start), warnings: []}
  } catch (error) {
    if (!isProviderError(error)) throw error
    return {ok: false, error: shapeOf(error)}
  }
}

async function embed(context: ProviderContext, request: EmbedRequest, options: CallOptions): Promise<EmbedResult> {
  const {model, texts, dimensions} = request
  if (texts.length === 0) return {vectors: [], usage: {}}
  const keepAlive = keepAliveOf(context.settings.keepAlive)
  const body = wireJson({
    model,
    input: texts,
    truncate: false,
    ...(dimensions === undefined ? {} : {dimensions}),
    ...(keepAlive === undefined ? {} : {keep_alive: keepAlive}),
  })
  const answer = asObject(await fetchJson(context, {path: '/api/embed', body, model}, options))
  const vectors = asList(answer?.embeddings).map((one) => asList(one).filter((value) => typeof value === 'number'))
  if (vectors.length !== texts.length || vectors.some((vector) => vector.length === 0))
    throw badAnswer(context, options, `answered ${vectors.length} vectors for ${texts.length} texts`)
  const input = asCount(answer?.prompt_eval_count)
  return {vectors, usage: input === undefined ? {} : {input}}
}

function badAnswer(context: ProviderContext, options: CallOptions, message: string): ProviderError {
  const facts = {url: context.endpoint, signal: options.signal}
  return failure('bad-response', `${hostOf(facts)} ${message}`, {facts, retryable: false})
}

function shapeOf(error: ProviderError): ProviderErrorShape {
  const {code, message, retryable, hint, status} = error
  return {code, message, retryable, ...(hint === undefined ? {} : {hint}), ...(status === undefined ? {} : {status})}
}
