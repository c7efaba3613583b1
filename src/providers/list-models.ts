import type {ModelInfo} from 'vibe-plugin-api'
import {VibeError} from '../errors.ts'
import type {AddHost} from './draft.ts'
import {askModels, ensureKey} from './check-provider.ts'
import type {Selection} from './choose-instance.ts'
import {resolveInstance} from './instances.ts'
import {rememberModels} from './model-cache.ts'
import type {ResolvedInstance} from './types.ts'

export type ModelList = {
  provider: string
  type: string
  /** `live`: the service said so now. `catalog`: the list that came with the plugin, as of its date. */
  source: 'live' | 'catalog'
  asOf?: string
  /** Why it is not the service's own list. */
  reason?: string
  current?: string
  models: ModelInfo[]
}

/**
 * The chat models of a provider: the service is asked, and where it cannot say, the dated catalogue answers.
 * @throws VibeError when the service fails and there is no catalogue
 */
export async function listModels(selection: Selection, host: AddHost): Promise<ModelList> {
  const instance = resolveInstance({...host, selection, dataFolder: host.homes.data})
  const {manifest} = instance.entry
  const base = {
    provider: instance.name,
    type: manifest.id,
    ...(instance.model !== undefined && {current: instance.model}),
  }
  const catalog = (manifest.models.catalog ?? []).filter(({kind}) => kind === 'chat')
  const fromCatalog = (reason: string): ModelList => ({
    ...base,
    source: 'catalog',
    ...(manifest.models.asOf !== undefined && {asOf: manifest.models.asOf}),
    reason,
    models: catalog,
  })
  try {
    const live = await askService(instance, host)
    if (live !== undefined && (live.length > 0 || catalog.length === 0)) {
      await rememberModels(host.homes.cache, instance.name, live)
      return {...base, source: 'live', models: live}
    }
    return fromCatalog(`${manifest.name} does not list its models.`)
  } catch (error) {
    if (!(error instanceof VibeError) || error.code === 'interrupted' || catalog.length === 0) throw error
    return fromCatalog(error.message)
  }
}

async function askService(instance: ResolvedInstance, host: AddHost): Promise<ModelInfo[] | undefined> {
  await ensureKey(instance, host.signal)
  const opened = await host.open(instance)
  try {
    return await askModels(opened, host.signal)
  } finally {
    await opened.provider.dispose?.()
  }
}
