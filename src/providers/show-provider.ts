import type {JsonValue} from 'vibe-plugin-api'
import {originText} from '../config/explain.ts'
import {isSecretName, maskKey, shownValue} from '../config/secrets.ts'
import {VibeError} from '../errors.ts'
import type {Homes} from '../paths.ts'
import {ABILITIES, openAbilityStore, type KnownAbilities} from './abilities.ts'
import {keyVariables} from './instance-credential.ts'
import {resolveInstance, type ResolveOptions} from './instances.ts'
import {keyWords, originsOf} from './list-providers.ts'
import type {RungChoice} from './ladder/ladder.ts'
import {rungFor} from './ladder/open-ladder.ts'
import type {Rung} from './ladder/rungs.ts'
import {checkSettings} from './settings.ts'
import type {ResolvedInstance} from './types.ts'

export type ShownProvider = {
  name: string
  current: boolean
  /** Effective values with where each comes from; secrets by their last four characters. */
  values: Array<{key: string; value: JsonValue; origin: string}>
  /** How the model asks for tools; absent without a model. */
  rung?: Rung
  /** What is known of the model: measured, and learned in conversations. */
  abilities?: KnownAbilities
}

type Place = Omit<ResolveOptions, 'selection'> & {signal: AbortSignal; homes: Pick<Homes, 'cache'>}

/**
 * What holds for one provider.
 * @param name undefined means the current one
 * @throws VibeError (exit 3) for an unknown name
 */
export async function showProvider(name: string | undefined, place: Place): Promise<ShownProvider> {
  const {config} = place
  const online = {...place, config: {...config, values: {...config.values, offlineMode: false}}}
  const instance = resolveInstance({...online, selection: name === undefined ? {} : {provider: name}})
  const origins = originsOf(instance, config)
  const simple = {
    type: instance.entry.id,
    endpoint: instance.endpoint,
    model: instance.model,
    temperature: instance.temperature,
    maxTokens: instance.maxTokens,
  } as const
  const values: ShownProvider['values'] = []
  for (const key of ['type', 'endpoint', 'model', 'temperature', 'maxTokens'] as const) {
    const value = simple[key]
    if (value !== undefined) values.push({key, value, origin: origins[key]})
  }
  values.push({
    key: 'package',
    value: `${instance.entry.plugin.name} ${instance.entry.plugin.version}`,
    origin: instance.entry.plugin.type,
  })
  const {model} = instance
  const known = model === undefined ? undefined : openAbilityStore(place.homes.cache).get(instance, model)
  const ladder = model === undefined ? undefined : rungFor(instance, model, known)
  values.push(
    ...rungRows(ladder, known),
    ...fallbackRows(instance, place),
    await keyRow(instance, place),
    ...headerRows(instance, place),
    ...settingRows(instance, place),
  )
  return {
    name: instance.name,
    current: name === undefined || isCurrent(instance.name, online),
    values,
    ...(ladder && {rung: ladder.rung}),
    ...(known && {abilities: known}),
  }
}

function rungRows(ladder: RungChoice | undefined, known: KnownAbilities | undefined): ShownProvider['values'] {
  if (!ladder) return []
  const rows = [{key: 'rung', value: ladder.rung, origin: ladder.why}]
  const {measured, at = ''} = known ?? {}
  if (!measured) return rows
  const can = ABILITIES.filter((ability) => measured.findings[ability].is === 'yes')
  const cannot = ABILITIES.filter((ability) => measured.findings[ability].is === 'no').map((ability) => `no ${ability}`)
  return [...rows, {key: 'abilities', value: [...can, ...cannot].join(', '), origin: `measured ${at.slice(0, 10)}`}]
}

function isCurrent(name: string, place: Place): boolean {
  try {
    return resolveInstance({...place, selection: {}}).name === name
  } catch {
    return false // Nothing is current when nothing can be chosen.
  }
}

/** The key's end, where it comes from, or why there is none. Commands are not run for this. */
async function keyRow(instance: ResolvedInstance, {config, signal}: Place): Promise<ShownProvider['values'][number]> {
  const reference = config.values.providers[instance.name]?.credential
  const origin =
    instance.name === 'env' ? originText(instance.origin) : keyWords(reference, keyVariables(instance.entry.manifest))
  if (reference && 'command' in reference) return {key: 'key', value: '(read when needed)', origin}
  try {
    const credential = await instance.credential(signal)
    return {key: 'key', value: credential.kind === 'api-key' ? maskKey(credential.value) : credential.kind, origin}
  } catch (error) {
    if (!(error instanceof VibeError)) throw error
    return {key: 'key', value: `missing: ${error.message}`, origin}
  }
}

function fallbackRows({name}: ResolvedInstance, {config}: Place): ShownProvider['values'] {
  const configured = config.values.providers[name]
  return (['fallbacks', 'allowRemoteFallback'] as const).flatMap((key) => {
    const value = configured?.[key]
    const origin = config.originOf(`providers.${name}.${key}`)
    return value === undefined ? [] : [{key, value, origin: origin ? originText(origin) : 'default'}]
  })
}

function headerRows({name, headers}: ResolvedInstance, {config}: Place): ShownProvider['values'] {
  return Object.entries(headers).map(([header, value]) => {
    const own = config.originOf(`providers.${name}.headers.${header}`) ?? config.originOf(`customHeaders.${header}`)
    const shown = isSecretName([header]) ? maskKey(value) : String(shownValue([header], value))
    return {key: `headers.${header}`, value: shown, origin: own ? originText(own) : 'default'}
  })
}

function settingRows({name, entry, settings: given}: ResolvedInstance, {config}: Place): ShownProvider['values'] {
  const {settings, problems} = checkSettings(entry.manifest.settings, given)
  const rows = Object.entries(settings).map(([key, value]) => {
    const own = config.originOf(`providers.${name}.settings.${key}`)
    const variable = entry.manifest.settings.properties[key]?.['x-vibe']?.env
    const origin = own ? originText(own) : Object.hasOwn(given, key) ? (variable ?? 'environment') : 'default'
    return {key: `settings.${key}`, value, origin}
  })
  return [
    ...rows,
    ...problems.map(({key, message}) => ({key: `settings.${key}`, value: `✗ ${message}`, origin: `config`})),
  ]
}
