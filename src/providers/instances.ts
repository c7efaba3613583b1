import type {JsonObject} from 'vibe-plugin-api'
import {isLocalAddress} from '../addresses.ts'
import {checkApiKey} from '../config/api-key.ts'
import {checkEndpoint} from '../config/endpoint.ts'
import type {InstanceConfig, LoadedConfig} from '../config/values.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {offlineError} from '../net/offline-error.ts'
import {
  atLeastAsStrong,
  chooseInstance,
  KEY_VARIABLE,
  splitModel,
  type ChooseOptions,
  type ChosenInstance,
} from './choose-instance.ts'
import {endpointFor, typesFor} from './endpoint-type.ts'
import {endpointFromVariable} from './endpoint-variable.ts'
import {credentialReader} from './instance-credential.ts'
import {environmentSettings} from './instance-settings.ts'
import {isRung} from './ladder/rungs.ts'
import {slipOfType} from './unknown-type.ts'
import type {NamedInstance, ProviderEntry, ProviderManifest, Registry, ResolvedInstance} from './types.ts'

export type ResolveOptions = ChooseOptions & {dataFolder: string}
type UsableEntry = ProviderEntry & {manifest: ProviderManifest}

/**
 * The provider that a turn uses, with every layer applied. Reads no key.
 * @throws VibeError: exit 3 when nothing fits or it cannot be used, or offline mode forbids it, 2 for a flag out of range
 */
export function resolveInstance(options: ResolveOptions): ResolvedInstance {
  const {config, selection} = options
  const chosen = chooseInstance(options)
  const configured = config.values.providers[chosen.name]
  const named: NamedInstance =
    chosen.kind === 'configured' && configured
      ? {name: chosen.name, instance: configured, origin: chosen.origin}
      : chosen.kind === 'environment'
        ? environmentInstance(chosen, options)
        : {name: chosen.name, instance: {type: chosen.name}, origin: chosen.origin}
  const resolved = buildInstance(named, options)
  if (config.values.offlineMode && !resolved.local) throw offlineError(`${resolved.name} (${resolved.endpoint})`)
  return checkRanges(resolved, selection)
}

/** A slip in a configured type is mended where it stands; an installation would not help. */
function typeOf({name, instance: {type}}: NamedInstance, {config, registry}: ResolveOptions): UsableEntry {
  const meant = Object.hasOwn(config.values.providers, name) ? slipOfType(type, registry.entries) : undefined
  if (meant === undefined) return registry.get(type)
  throw new VibeError({
    code: 'provider-unknown',
    message: `There is no provider type "${type.slice(0, 60)}"; did you mean "${meant}"?`,
    origin: `providers.${name}.type`,
    hint: `vibe config:set providers.${name}.type ${meant}`,
    exit: ExitCode.notSetUp,
  })
}

/** Applies manifest, headers, environment and defaults to one instance; `resolveInstance` without the choice. */
export function buildInstance(named: NamedInstance, options: ResolveOptions): ResolvedInstance {
  const {config, selection, env} = options
  const entry = typeOf(named, options)
  const {endpoint, trusted} = endpointOf(named.instance, entry.manifest, env)
  const local =
    isLocalEndpoint(endpoint) ||
    (entry.manifest.endpoint.local === true && endpoint === entry.manifest.endpoint.default)
  const model = modelOf(named, entry.manifest, options)
  const temperature =
    selection.temperature ?? strongest(named, config, {own: 'temperature', general: 'defaultTemperature'})
  const maxTokens = selection.maxTokens ?? strongest(named, config, {own: 'maxTokens', general: 'defaultMaxTokens'})
  return {
    name: named.name,
    entry,
    endpoint,
    ...(model !== undefined && {model}),
    ...(temperature !== undefined && {temperature}),
    ...(maxTokens !== undefined && {maxTokens}),
    ...(isRung(named.instance.toolMode) && {toolMode: named.instance.toolMode}),
    headers: mergeHeaders(config.values.customHeaders, named.instance.headers ?? {}),
    settings: {...environmentSettings(entry.manifest, env), ...(named.instance.settings as JsonObject | undefined)},
    credential: credentialReader({
      named,
      entry,
      endpoint,
      local,
      keysMayGo: trusted,
      env,
      dataFolder: options.dataFolder,
    }),
    local,
    origin: named.origin,
  }
}

/** Whether an address needs no key and is allowed offline. */
export function isLocalEndpoint(endpoint: string): boolean {
  return isLocalAddress(new URL(endpoint).hostname)
}

/** What VIBE_CODER_API_KEY and VIBE_CODER_ENDPOINT describe; VIBE_CODER_PROVIDER may name its type. */
function environmentInstance(chosen: ChosenInstance, {config, registry, env}: ResolveOptions): NamedInstance {
  const described = config.environmentProvider
  const origin = described?.origin ?? chosen.origin
  if (!described || (chosen.type !== undefined && described.origin.variable === KEY_VARIABLE)) {
    const apiKey = described?.apiKey ?? checkApiKey(env[KEY_VARIABLE] ?? '')
    return {name: chosen.name, instance: {type: chosen.type ?? 'openai-compatible'}, origin, apiKey}
  }
  const {type, local} = checkEndpoint(described.endpoint, {insecure: true})
  const entry = chosen.type === undefined ? firstUsable(typesFor(type), registry) : registry.get(chosen.type)
  const endpoint = endpointFor(described.endpoint, entry.id, {defaultEndpoint: entry.manifest.endpoint.default, local})
  return {
    name: chosen.name,
    instance: {type: entry.id, endpoint},
    origin,
    ...(described.apiKey !== undefined && {apiKey: described.apiKey}),
  }
}

function firstUsable(types: string[], registry: Registry): UsableEntry {
  const usable = types.find((type) => registry.entries.some((entry) => entry.id === type && entry.state === 'ok'))
  return registry.get(usable ?? types.at(-1) ?? 'openai-compatible')
}

/**
 * `trusted`: the address is the service's own or named by the service's own variable, so that a key found under the
 * service's usual variable may go there. It never goes to an address that a file chose.
 */
function endpointOf(
  instance: InstanceConfig,
  manifest: ProviderManifest,
  env: ResolveOptions['env'],
): {endpoint: string; trusted: boolean} {
  const usual = manifest.endpoint.default
  if (instance.endpoint !== undefined) {
    return {
      endpoint: instance.endpoint.replace(/\/+$/, ''),
      trusted: manifest.endpoint.required !== true && new URL(instance.endpoint).origin === new URL(usual).origin,
    }
  }
  const variable =
    manifest.endpoint.overridable === false ? undefined : manifest.endpoint.env?.find((name) => env[name]?.trim())
  const value = variable === undefined ? undefined : env[variable]?.trim()
  if (value === undefined && manifest.endpoint.required === true && manifest.endpoint.local !== true)
    throw endpointMissing(manifest)
  if (variable === undefined || value === undefined) return {endpoint: usual.replace(/\/+$/, ''), trusted: true}
  return {endpoint: endpointFromVariable(value, variable, usual), trusted: true}
}

function endpointMissing({name, endpoint}: ProviderManifest): VibeError {
  const [variable] = endpoint.env ?? []
  return new VibeError({
    code: 'endpoint-missing',
    message: `${name} needs the address of your own resource, like ${endpoint.default}.`,
    hint: `${variable === undefined ? '' : `set ${variable}   or: `}--endpoint URL with vibe provider:add or vibe provider:update`,
    exit: ExitCode.notSetUp,
  })
}

function modelOf(
  {name, instance}: NamedInstance,
  manifest: ProviderManifest,
  {config, selection}: ResolveOptions,
): string | undefined {
  const forThis = (model: string) => {
    const split = splitModel(model, config)
    if (split.instance === undefined || split.instance === name) return split.model
    return undefined
  }
  if (selection.model !== undefined) return forThis(selection.model) ?? selection.model
  const general = config.values.defaultModel === undefined ? undefined : forThis(config.values.defaultModel)
  const own = instance.model
  const ownWins =
    own !== undefined && atLeastAsStrong(config.originOf(`providers.${name}.model`), config.originOf('defaultModel'))
  return (ownWins ? own : (general ?? own)) ?? manifest.models.default
}

/** The stronger layer wins; within one layer the provider's own value does. */
function strongest(
  {name, instance}: NamedInstance,
  config: LoadedConfig,
  keys: {own: 'temperature' | 'maxTokens'; general: 'defaultTemperature' | 'defaultMaxTokens'},
): number | undefined {
  const own = instance[keys.own]
  const general = config.values[keys.general]
  if (own === undefined || general === undefined) return own ?? general
  return atLeastAsStrong(config.originOf(`providers.${name}.${keys.own}`), config.originOf(keys.general))
    ? own
    : general
}

/** Header names are one whatever their case; the later one wins. */
function mergeHeaders(...layers: Array<Record<string, string>>): Record<string, string> {
  const merged = new Map<string, [string, string]>()
  for (const layer of layers)
    for (const [name, value] of Object.entries(layer)) merged.set(name.toLowerCase(), [name, value])
  return Object.fromEntries(merged.values())
}

function checkRanges(instance: ResolvedInstance, selection: ResolveOptions['selection']): ResolvedInstance {
  const {temperature, maxTokens} = instance
  if (temperature !== undefined && !(temperature >= 0 && temperature <= 2)) {
    throw outOfRange(
      `The temperature must be between 0 and 2, not ${temperature}.`,
      selection.temperature !== undefined,
    )
  }
  if (maxTokens !== undefined && !(Number.isSafeInteger(maxTokens) && maxTokens > 0)) {
    throw outOfRange(
      `The maximum of tokens must be a positive whole number, not ${maxTokens}.`,
      selection.maxTokens !== undefined,
    )
  }
  return instance
}

function outOfRange(message: string, fromFlag: boolean): VibeError {
  return new VibeError({code: 'out-of-range', message, exit: fromFlag ? ExitCode.usage : ExitCode.notSetUp})
}
