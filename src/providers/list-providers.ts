import {originText} from '../config/explain.ts'
import type {CredentialReference, LoadedConfig} from '../config/values.ts'
import {ENVIRONMENT_INSTANCE, KEY_VARIABLE} from './choose-instance.ts'
import {resolveInstance, type ResolveOptions} from './instances.ts'
import {knownProviders} from './known-providers.ts'
import type {ProviderEntry, ResolvedInstance} from './types.ts'

export type ListedProvider = {
  name: string
  type: string
  endpoint?: string
  model?: string
  /** Where the key comes from, in words; never the key. */
  key: string
  current: boolean
  /** Who goes on when it fails, in this order. */
  fallbacks?: string[]
  /** Why it cannot be used, undefined when it can. */
  problem?: string
}

/** A provider type that some installed package offers, usable or not. */
export type ListedType = {
  type: string
  name?: string
  package: string
  version: string
  state: ProviderEntry['state']
  problem?: string
}

/** A type that vibe knows and whose package is not installed. */
export type InstallableType = {type: string; name: string; package: string}

export type ProviderList = {providers: ListedProvider[]; types: ListedType[]; installable: InstallableType[]}

type Place = Omit<ResolveOptions, 'selection'>

/** Every provider that is set up, the environment's own among them, and every type that could be. Reads no key. */
export function listProviders(place: Place): ProviderList {
  const {config, registry} = place
  const names = Object.keys(config.values.providers)
  if (config.environmentProvider) names.unshift(ENVIRONMENT_INSTANCE)
  const current = currentName(place)
  return {
    providers: names.map((name) => ({...listed(name, place), current: name === current})),
    types: registry.entries
      .toSorted((left, right) => left.id.localeCompare(right.id))
      .map(({id, manifest, plugin, state, problems}) => ({
        type: id,
        ...(manifest && {name: manifest.name}),
        package: plugin.name,
        version: plugin.version,
        state,
        ...(problems[0] !== undefined && {problem: problems[0]}),
      })),
    installable: knownProviders()
      .filter(({id}) => !registry.entries.some((entry) => entry.id === id))
      .map(({id, name, package: spec}) => ({type: id, name, package: spec})),
  }
}

/** Where an instance's key comes from, in words. */
export function keyWords(reference: CredentialReference | undefined, fallback: string[]): string {
  if (reference === undefined) return fallback.length > 0 ? `${fallback.join(' or ')}, if set` : 'none needed'
  if ('env' in reference) return reference.env
  if ('command' in reference) return `command ${reference.command[0] ?? ''}`
  if (!('store' in reference)) return 'none'
  return reference.in === 'keychain' ? 'stored in the keychain' : 'stored'
}

/** Effective values of one provider with where each comes from. Headers that look like secrets are masked by whoever prints. */
export function originsOf(
  instance: ResolvedInstance,
  config: LoadedConfig,
): Record<'type' | 'endpoint' | 'model' | 'temperature' | 'maxTokens', string> {
  const own = (key: string) => config.originOf(`providers.${instance.name}.${key}`)
  const words = (specific: string, general?: string) => {
    const origin = own(specific) ?? (general === undefined ? undefined : config.originOf(general))
    return origin ? originText(origin) : 'default'
  }
  const general = (specific: string, key: string) => {
    const [ownOrigin, generalOrigin] = [own(specific), config.originOf(key)]
    const ownValue = config.values.providers[instance.name]
    const fromGeneral =
      generalOrigin && ['flag', 'environment', 'dotenv', 'project', 'profile'].includes(generalOrigin.layer)
    return fromGeneral || !ownValue || !ownOrigin
      ? generalOrigin
        ? originText(generalOrigin)
        : 'default'
      : originText(ownOrigin)
  }
  const environment = instance.name === ENVIRONMENT_INSTANCE ? originText(instance.origin) : undefined
  return {
    type: environment ?? words('type'),
    endpoint: environment ?? words('endpoint'),
    model: general('model', 'defaultModel'),
    temperature: general('temperature', 'defaultTemperature'),
    maxTokens: general('maxTokens', 'defaultMaxTokens'),
  }
}

function currentName(place: Place): string | undefined {
  try {
    return resolveInstance({...place, config: online(place.config), selection: {}}).name
  } catch {
    return undefined // Nothing is current when nothing can be chosen; the list says what is wrong with each.
  }
}

function listed(name: string, place: Place): Omit<ListedProvider, 'current'> {
  const configured = place.config.values.providers[name]
  try {
    const instance = resolveInstance({...place, config: online(place.config), selection: {provider: name}})
    const {auth} = instance.entry.manifest
    const fallback = auth.flatMap((method) => (method.kind === 'api-key' ? method.env : []))
    return {
      name,
      type: instance.entry.id,
      endpoint: instance.endpoint,
      ...(instance.model !== undefined && {model: instance.model}),
      key: configured
        ? keyWords(configured.credential, fallback)
        : place.config.environmentProvider?.apiKey
          ? KEY_VARIABLE
          : 'none',
      ...(configured?.fallbacks && {fallbacks: configured.fallbacks}),
    }
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    return {name, type: configured?.type ?? 'unknown', key: keyWords(configured?.credential, []), problem}
  }
}

/** A list is no request: offline mode hides nothing. */
function online(config: LoadedConfig): LoadedConfig {
  return {...config, values: {...config.values, offlineMode: false}}
}
