import {isProviderError, type CallOptions, type ModelInfo, type ProviderContext} from 'vibe-plugin-api'
import {asCount, asList, asObject, asText, type Loose} from 'vibe-openai-wire/wire'
import {fetchJson} from './service.ts'

/**
 * LM Studio tells sizes, windows and abilities only in an API of its own.
 * @returns undefined for other services, and for versions that do not have it
 */
export async function lmStudioModels(context: ProviderContext, options: CallOptions): Promise<ModelInfo[] | undefined> {
  if (!context.quirks.includes('lmstudio-models')) return undefined
  const native = {...context, endpoint: context.endpoint.replace(/\/v1$/, '')}
  try {
    const answer = asObject(await fetchJson(native, {path: '/api/v1/models'}, options))
    return Array.isArray(answer?.models) ? asList(answer.models).flatMap((item) => infoOf(asObject(item))) : undefined
  } catch (error) {
    if (isProviderError(error) && (error.status === 404 || error.code === 'bad-response')) return undefined
    throw error
  }
}

function infoOf(model: Loose | undefined): ModelInfo[] {
  const id = asText(model?.key)
  if (!model || id === undefined) return []
  const info: ModelInfo = {id, kind: model.type === 'embedding' ? 'embedding' : 'chat'}
  const name = asText(model.display_name)
  const size = asCount(model.size_bytes)
  // How large it could be says nothing of how large it will be: that is chosen where it is loaded.
  const window = asCount(asObject(asObject(asList(model.loaded_instances)[0])?.config)?.context_length)
  const abilities = asObject(model.capabilities)
  if (name !== undefined) info.name = name
  if (size !== undefined) info.sizeBytes = size
  if (window !== undefined) info.contextWindow = window
  if (abilities && info.kind === 'chat') {
    info.input = abilities.vision === true ? ['text', 'image'] : ['text']
    info.tools = abilities.trained_for_tool_use === true
  }
  return [{...info, price: {free: true}}]
}
