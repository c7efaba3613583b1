import type {CallOptions, ModelInfo, ProviderContext} from 'vibe-plugin-api'
import {isProviderError} from 'vibe-plugin-api'
import {failure, hostOf} from './failure.ts'
import {fetchJson} from './service.ts'
import {asCount, asList, asObject, asText, type Loose} from './wire.ts'

/** What POST /api/show tells about a model; what it does not tell is unknown. */
export type ModelFacts = {contextLength?: number; dimensions?: number; family?: string; capabilities?: string[]}

/** Facts by model; asked for when they are needed and kept for the life of the provider. */
export type KnownModels = Map<string, ModelFacts>

const SHOW_MS = 5000
/** What a server means that does not describe models; one that does not have the model says so to the chat itself. */
const UNTOLD = new Set(['bad-response', 'server-error', 'invalid-request', 'model-not-found'])
const AT_ONCE = 4
/** A list with more models than this names no context lengths beyond it: each one costs a request. */
const DETAILED = 100

export type ModelsAsked = {context: ProviderContext; known: KnownModels; options: CallOptions}

/**
 * What is known about a model. A server that does not tell within five seconds leaves everything unknown.
 * @throws ProviderError when the server is not reachable or the call is aborted
 */
export async function factsOf(model: string, {context, known, options}: ModelsAsked): Promise<ModelFacts> {
  const found = known.get(model)
  if (found) return found
  const timer = AbortSignal.timeout(SHOW_MS)
  const signal = AbortSignal.any([options.signal, timer])
  try {
    const call = {path: '/api/show', body: JSON.stringify({model}), model}
    const facts = readFacts(asObject(await fetchJson(context, call, {...options, signal})) ?? {})
    known.set(model, facts)
    return facts
  } catch (error) {
    const told = isProviderError(error) && UNTOLD.has(error.code)
    if (!told && !(timer.aborted && !options.signal.aborted)) throw error
    context.debug('The server does not describe the model.', {model})
    if (!isProviderError(error) || error.code !== 'model-not-found') known.set(model, {})
    return {}
  }
}

function readFacts(answer: Loose): ModelFacts {
  const info = asObject(answer.model_info) ?? {}
  const family = asText(info['general.architecture']) ?? asText(asObject(answer.details)?.family)
  const contextLength = asCount(info[`${family}.context_length`])
  const dimensions = asCount(info[`${family}.embedding_length`])
  const capabilities = asList(answer.capabilities).filter((one) => typeof one === 'string')
  return {
    ...(contextLength ? {contextLength} : {}),
    ...(dimensions ? {dimensions} : {}),
    ...(family === undefined ? {} : {family}),
    ...(capabilities.length > 0 ? {capabilities} : {}),
  }
}

/** The models on the server, with their sizes in the name, and what each of them can do. */
export async function listModels(asked: ModelsAsked): Promise<ModelInfo[]> {
  const {context, options} = asked
  const answer = asObject(await fetchJson(context, {path: '/api/tags'}, options))
  if (!Array.isArray(answer?.models)) {
    const facts = {url: context.endpoint, signal: options.signal}
    throw failure('bad-response', `${hostOf(facts)} answered /api/tags with something that is no list`, {
      facts,
      retryable: false,
    })
  }
  const models = asList(answer.models).flatMap((item) => {
    const model = asObject(item) ?? {}
    const id = asText(model.name) ?? asText(model.model)
    return id === undefined ? [] : [{id, model}]
  })
  const infoOf = (id: string, model: Loose, facts: ModelFacts): ModelInfo => ({
    ...modelInfo(id, model, facts),
    ...(isOwn(context, model) ? {price: {free: true}} : {}),
  })
  const infos = models.map(({id, model}) => infoOf(id, model, asked.known.get(id) ?? {}))
  const places = models.slice(0, DETAILED).keys()
  const worker = async () => {
    for (const place of places) {
      const one = models[place]
      if (one) infos[place] = infoOf(one.id, one.model, await factsOrNone(one.id, asked))
    }
  }
  await Promise.all(Array.from({length: AT_ONCE}, worker))
  return infos
}

async function factsOrNone(model: string, asked: ModelsAsked): Promise<ModelFacts> {
  return factsOf(model, asked).catch((error: unknown) => {
    if (asked.options.signal.aborted) throw error
    return {}
  })
}

function modelInfo(id: string, model: Loose, facts: ModelFacts): ModelInfo {
  const {capabilities, contextLength, dimensions} = facts
  const embeds = capabilities
    ? !capabilities.includes('completion')
    : /(^|[-_/.:])embed|embedding|minilm|^bge-/i.test(id)
  const info: ModelInfo = {id, name: [id, ...sizes(model)].join(', '), kind: embeds ? 'embedding' : 'chat'}
  const sizeBytes = asCount(model.size)
  if (sizeBytes !== undefined) info.sizeBytes = sizeBytes
  if (contextLength !== undefined) info.contextWindow = contextLength
  if (embeds && dimensions !== undefined) info.dimensions = dimensions
  if (!embeds && capabilities) {
    info.input = capabilities.includes('vision') ? ['text', 'image'] : ['text']
    info.tools = capabilities.includes('tools')
    info.reasoning = capabilities.includes('thinking') ? ['none', 'low', 'medium', 'high'] : false
  }
  return info
}

/** Served from the user's own network, which plain http shows, and not handed on to a service with prices of its own. */
function isOwn({endpoint}: ProviderContext, model: Loose): boolean {
  return endpoint.startsWith('http:') && model.remote_host === undefined && model.remote_model === undefined
}

/** "8.2B", "Q4_K_M", "5.2 GB", as far as they are told. */
function sizes(model: Loose): string[] {
  const details = asObject(model.details)
  const bytes = asCount(model.size)
  const disk =
    bytes === undefined || bytes < 1e6
      ? undefined
      : bytes < 1e9
        ? `${Math.round(bytes / 1e6)} MB`
        : `${(bytes / 1e9).toFixed(1)} GB`
  return [asText(details?.parameter_size), asText(details?.quantization_level), disk].filter((one) => one !== undefined)
}
