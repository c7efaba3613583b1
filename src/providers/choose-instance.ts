import {originText} from '../config/explain.ts'
import type {LayerKind, LoadedConfig, Origin} from '../config/values.ts'
import {didYouMean} from '../did-you-mean.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {Environment} from '../paths.ts'
import type {Registry} from './types.ts'

/** What the command line asked for, before any configuration. */
export type Selection = {provider?: string; model?: string; temperature?: number; maxTokens?: number}

/** The name of the provider that the environment alone describes. */
export const ENVIRONMENT_INSTANCE = 'env'
export const KEY_VARIABLE = 'VIBE_CODER_API_KEY'

const ADD_HINT = 'vibe setup   or   vibe provider:add NAME --type TYPE --key-env VARIABLE'
const STRENGTH: readonly LayerKind[] = ['flag', 'environment', 'dotenv', 'project', 'profile', 'user', 'default']

export type ChosenInstance = {
  name: string
  /** `environment`: what the VIBE_CODER_* variables describe; `implicit`: a type by its id, with its usual key. */
  kind: 'configured' | 'environment' | 'implicit'
  /** The provider type that VIBE_CODER_PROVIDER names for the environment's own provider. */
  type?: string
  origin: Origin
}
export type ChooseOptions = {config: LoadedConfig; registry: Registry; selection: Selection; env: Environment}

/**
 * Which provider a turn uses: the flag, a model written as "instance/model", the environment, the current provider, the
 * only one there is.
 * @throws VibeError (exit 3) when the name is unknown or nothing is set up
 */
export function chooseInstance(options: ChooseOptions): ChosenInstance {
  const {config, selection} = options
  if (selection.provider !== undefined) return named(selection.provider, {layer: 'flag'}, options)
  const fromModel = selection.model === undefined ? undefined : splitModel(selection.model, config).instance
  if (fromModel !== undefined) return named(fromModel, {layer: 'flag'}, options)
  const wanted = config.values.currentProvider
  const origin = config.originOf('currentProvider') ?? {layer: 'user'}
  const general = modelsOwnInstance(config)
  if (general && !atLeastAsStrong(wanted === undefined ? undefined : origin, general.origin))
    return named(general.name, general.origin, options)
  if (wanted !== undefined && asksForItself(origin, config)) return named(wanted, origin, options)
  if (config.environmentProvider)
    return {name: ENVIRONMENT_INSTANCE, kind: 'environment', origin: config.environmentProvider.origin}
  if (wanted !== undefined) return named(wanted, origin, options)
  return onlyOne(options)
}

/**
 * "work/gpt-5" names the instance "work"; "qwen/qwen3" names none, unless an instance is called "qwen".
 * A model id may hold slashes of its own.
 */
export function splitModel(model: string, config: LoadedConfig): {instance?: string; model: string} {
  const slash = model.indexOf('/')
  if (slash <= 0 || slash === model.length - 1) return {model}
  const instance = model.slice(0, slash)
  const known =
    Object.hasOwn(config.values.providers, instance) ||
    (instance === ENVIRONMENT_INSTANCE && config.environmentProvider)
  return known ? {instance, model: model.slice(slash + 1)} : {model}
}

/** The instance that a default model written as "instance/model" names; a project may name models, not redirect. */
function modelsOwnInstance(config: LoadedConfig): {name: string; origin: Origin} | undefined {
  const model = config.values.defaultModel
  const name = model === undefined ? undefined : splitModel(model, config).instance
  const origin = config.originOf('defaultModel') ?? {layer: 'user'}
  return name === undefined || origin.layer === 'project' ? undefined : {name, origin}
}

/** Whether `left` comes from a layer at least as strong as `right`; what nothing sets is weakest. */
export function atLeastAsStrong(left: Origin | undefined, right: Origin | undefined): boolean {
  return strength(left) <= strength(right)
}

function strength(origin: Origin | undefined): number {
  return origin ? STRENGTH.indexOf(origin.layer) : STRENGTH.length
}

/** Whether someone asked for this provider here and now, which beats a key that happens to be in the environment. */
function asksForItself(origin: Origin, config: LoadedConfig): boolean {
  const decisive = origin.layer === 'profile' ? config.originOf('profile') : origin
  return atLeastAsStrong(decisive, {layer: 'dotenv'})
}

function named(name: string, origin: Origin, options: ChooseOptions): ChosenInstance {
  const {config, registry, env} = options
  if (Object.hasOwn(config.values.providers, name)) return {name, kind: 'configured', origin}
  if (name === ENVIRONMENT_INSTANCE && config.environmentProvider) return {name, kind: 'environment', origin}
  if (registry.entries.some((entry) => entry.id === name && entry.state === 'ok')) {
    const fromVariables = origin.layer === 'environment' || origin.layer === 'dotenv'
    if (fromVariables && (config.environmentProvider || env[KEY_VARIABLE]))
      return {name: ENVIRONMENT_INSTANCE, kind: 'environment', type: name, origin}
    if (usableUnconfigured(name, options)) return {name, kind: 'implicit', origin}
  }
  // A type that some package offers but that cannot be used has its own explanation.
  if (registry.entries.some((entry) => entry.id === name)) registry.get(name)
  throw unknownInstance(name, origin, options)
}

/** A type that was never added still works by its id when it needs no key, or its usual key is in the environment. */
function usableUnconfigured(id: string, {registry, env}: ChooseOptions): boolean {
  const manifest = registry.get(id).manifest
  return manifest.auth.some(
    (method) =>
      method.kind === 'none' ||
      (method.kind === 'api-key' && (method.optional === true || method.env.some((variable) => env[variable]))) ||
      (method.kind === 'ambient' && method.env.some((variable) => env[variable])),
  )
}

function onlyOne({config}: ChooseOptions): ChosenInstance {
  const names = Object.keys(config.values.providers)
  const [only] = names
  if (only !== undefined && names.length === 1) {
    return {name: only, kind: 'configured', origin: config.originOf(`providers.${only}.type`) ?? {layer: 'user'}}
  }
  if (only === undefined) {
    throw new VibeError({
      code: 'not-set-up',
      message: 'No model service is set up yet.',
      hint: ADD_HINT,
      exit: ExitCode.notSetUp,
    })
  }
  throw new VibeError({
    code: 'no-current-provider',
    message: `Several providers are set up (${names.join(', ')}) and none is current.`,
    hint: `vibe provider:use ${only}   or   --provider ${only}`,
    exit: ExitCode.notSetUp,
  })
}

function unknownInstance(name: string, origin: Origin, {config, registry}: ChooseOptions): VibeError {
  const names = Object.keys(config.values.providers)
  const types = registry.entries.filter((entry) => entry.state === 'ok').map((entry) => entry.id)
  const meant = didYouMean(name, [...names, ...types])
  const asType = types.includes(name) ? ` "${name}" is a provider type that still needs a key.` : ''
  const list = names.length > 0 ? ` Set up: ${names.join(', ')}.` : ' Nothing is set up yet.'
  return new VibeError({
    code: 'provider-unknown',
    message: `There is no provider called "${name}".${asType}${meant && meant !== name ? ` Did you mean "${meant}"?` : ''}${list}`,
    ...(origin.layer !== 'flag' && {origin: originText(origin)}),
    hint: types.includes(name) ? `vibe provider:add ${name} --type ${name}` : otherChoice(names, {origin, meant}),
    exit: ExitCode.notSetUp,
  })
}

/** What chooses one that is there, in the place where the wrong name stands. */
function otherChoice(names: readonly string[], {origin, meant}: {origin: Origin; meant: string | undefined}): string {
  const {layer, variable} = origin
  const best = names.find((name) => name === meant) ?? names[0]
  if (variable !== undefined && layer === 'environment')
    return best === undefined
      ? `unset ${variable}   and: ${ADD_HINT}`
      : `export ${variable}=${best}   or   unset ${variable}`
  if (best === undefined) return ADD_HINT
  if (layer === 'flag') return `--provider ${best}   or   vibe provider:list`
  return layer === 'user' ? `vibe provider:use ${best}   or   vibe provider:list` : 'vibe provider:list'
}
