import type {ModelInfo, Price} from 'vibe-plugin-api'
import {asCount, asList, asObject, asText, type Loose} from 'vibe-openai-wire/wire'

type Input = NonNullable<ModelInfo['input']>[number]
const INPUTS: Readonly<Record<string, Input>> = {text: 'text', image: 'image', file: 'pdf', pdf: 'pdf', audio: 'audio'}

/**
 * Reads the answer of GET /models in the dialects of the common servers and routers.
 * @returns undefined when the answer is no list of models
 */
export function mapModels(value: unknown): ModelInfo[] | undefined {
  const document = asObject(value)
  const list = [value, document?.data, document?.models].find(Array.isArray)
  if (!list) return undefined
  return asList(list).flatMap((item) => {
    const model = asObject(item)
    const id = model && (asText(model.id) ?? asText(model.name) ?? asText(model.model))
    return model && id ? [mapModel(id, model)] : []
  })
}

function mapModel(id: string, model: Loose): ModelInfo {
  const info: ModelInfo = {id, kind: isEmbedding(id, model) ? 'embedding' : 'chat'}
  const name = asText(model.name) ?? asText(model.display_name)
  const top = asObject(model.top_provider)
  const context = firstCount([
    model.max_model_len,
    model.context_length,
    model.context_window,
    model.max_context_length,
    asObject(model.meta)?.n_ctx,
    asObject(model.meta)?.n_ctx_train,
    top?.context_length,
  ])
  const output = firstCount([
    top?.max_completion_tokens,
    model.max_completion_tokens,
    model.max_output_tokens,
    model.max_output_length,
  ])
  const input = asList(asObject(model.architecture)?.input_modalities).flatMap((one) => INPUTS[String(one)] ?? [])
  const price = priceOf(asObject(model.pricing))
  const size = firstCount([model.size_bytes, asObject(model.meta)?.size])
  if (size !== undefined) info.sizeBytes = size
  if (name !== undefined && name !== id) info.name = name
  if (context !== undefined) info.contextWindow = context
  if (output !== undefined) info.maxOutput = output
  if (input.length > 0) info.input = [...new Set(input)]
  if (Array.isArray(model.supported_parameters)) info.tools = model.supported_parameters.includes('tools')
  if (price) info.price = price
  return info
}

function isEmbedding(id: string, model: Loose): boolean {
  return model.type === 'embedding' || model.type === 'embeddings' || /(^|[-_/.])embed|embedding/i.test(id)
}

function firstCount(values: unknown[]): number | undefined {
  return values.map(asCount).find((value) => value !== undefined && value > 0)
}

/** Prices in USD per token come as strings; a plain number has no agreed unit and says nothing. */
function priceOf(pricing: Loose | undefined): Price | undefined {
  const perMillion = (value: unknown) => {
    const price = typeof value === 'string' && value !== '' ? Number(value) : Number.NaN
    return Number.isFinite(price) && price >= 0 ? Math.round(price * 1e12) / 1e6 : undefined
  }
  const input = perMillion(pricing?.prompt)
  const output = perMillion(pricing?.completion)
  const cacheRead = perMillion(pricing?.input_cache_read)
  const cacheWrite = perMillion(pricing?.input_cache_write)
  if (input === undefined && output === undefined) return undefined
  return {
    ...(input === undefined ? {} : {input}),
    ...(output === undefined ? {} : {output}),
    ...(cacheRead === undefined ? {} : {cacheRead}),
    ...(cacheWrite === undefined ? {} : {cacheWrite}),
    ...(input === 0 && output === 0 ? {free: true as const} : {}),
  }
}
