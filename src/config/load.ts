import {join} from 'node:path'
import {homes} from '../paths.ts'
import {dotenvVariables, environmentProvider, processVariables, variableLayer} from './environment.ts'
import type {Variables} from './environment.ts'
import {fallbackProblems} from './fallbacks.ts'
import {splitKey} from './keys.ts'
import {readLayer, rulesOf} from './layers.ts'
import type {Layer, Problem} from './layers.ts'
import {readProject} from './project.ts'
import {isTree, leaves, merged, valueAt, withValue} from './tree.ts'
import type {Tree} from './tree.ts'
import {nearestName} from './validate.ts'
import type {ConfigValues, LoadedConfig, LoadOptions, Origin} from './values.ts'

/** Every layer, strongest first, with what was set aside. */
export type Layers = {layers: Layer[]; problems: Problem[]; env: Variables; dotenv: Variables}

/** The user's own configuration file. */
export function userFile(env: LoadOptions['env']): string {
  return join(homes(env).config, 'config.json')
}

/** Reads every layer and what they say together. Synchronous and small, since every start waits for it. Never throws for bad content. */
export function loadConfig(options: LoadOptions): LoadedConfig {
  const {layers, problems, env, dotenv} = readLayers(options)
  const fromEnvironment = environmentProvider(env, dotenv)
  return {
    values: valuesOf(layers),
    originOf: (key) => originIn(layers, splitKey(key)),
    ...(fromEnvironment.provider === undefined ? {} : {environmentProvider: fromEnvironment.provider}),
    problems: [...problems, ...fromEnvironment.problems],
  }
}

function problemsOfFallbacks(layers: readonly Layer[]): Problem[] {
  const {providers} = valuesOf(layers)
  return Object.entries(providers).flatMap(([name, {fallbacks = []}]) =>
    fallbackProblems(name, fallbacks, providers).map(({message, hint}) => ({
      origin: originIn(layers, ['providers', name, 'fallbacks']) ?? {layer: 'user'},
      message,
      ...(hint === undefined ? {} : {hint}),
    })),
  )
}

/** The layers apart, for `config:explain`. */
export function readLayers(options: LoadOptions): Layers {
  const env = processVariables(options.env)
  const dotenv = options.trusted ? dotenvVariables(options.cwd) : {variables: new Map() as Variables, problems: []}
  const environment = variableLayer('environment', env)
  const fromDotenv = variableLayer('dotenv', dotenv.variables)
  const project = readProject(options.cwd, options.trusted)
  const user = readLayer('user', userFile(options.env))
  const above = [flagLayer(options.flags ?? {}), environment.layer, fromDotenv.layer, project.layer]
  const profile = profileLayer([...above, user.layer])
  const layers = [...above, profile.layer, user.layer]
  return {
    layers,
    problems: [
      ...problemsOfFallbacks(layers),
      ...user.problems,
      ...project.problems,
      ...environment.problems,
      ...dotenv.problems,
      ...fromDotenv.problems,
      ...profile.problems,
    ],
    env,
    dotenv: dotenv.variables,
  }
}

function flagLayer(flags: NonNullable<LoadOptions['flags']>): Layer {
  const given = Object.entries(flags).filter(([, value]) => value !== undefined)
  return {kind: 'flag', tree: Object.fromEntries(given), origin: () => ({layer: 'flag'})}
}

const standsFor = {
  provider: 'currentProvider',
  model: 'defaultModel',
  temperature: 'defaultTemperature',
  maxTokens: 'defaultMaxTokens',
} as const

/** The chosen profile's values under the names they stand for. */
function profileLayer(layers: readonly Layer[]): {layer: Layer; problems: Problem[]} {
  const name = firstWith(layers, ['profile'])?.value
  const nothing: Layer = {kind: 'profile', tree: {}, origin: () => ({layer: 'profile'})}
  if (typeof name !== 'string') return {layer: nothing, problems: []}
  const profiles = valueAt(mergedLayers(layers), ['profiles'])
  const profile = isTree(profiles) ? valueAt(profiles, [name]) : undefined
  if (!isTree(profile)) {
    const origin = originIn(layers, ['profile']) ?? {layer: 'default'}
    const known = isTree(profiles) ? Object.keys(profiles) : []
    return {layer: nothing, problems: [{origin, message: `There is no profile "${name}"`, ...nearestName(name, known)}]}
  }
  const pairs = Object.entries(standsFor).filter(([member]) => Object.hasOwn(profile, member))
  const origin = (path: readonly string[]): Origin => {
    const member = pairs.find(([, key]) => key === path[0])?.[0]
    const found = member === undefined ? undefined : originIn(layers, ['profiles', name, member])
    return {...found, layer: 'profile'}
  }
  return {
    layer: {kind: 'profile', tree: Object.fromEntries(pairs.map(([member, key]) => [key, profile[member]])), origin},
    problems: [],
  }
}

/** The strongest layer that sets a path, or something below it. */
export function firstWith(
  layers: readonly Layer[],
  path: readonly string[],
): {layer: Layer; value: unknown} | undefined {
  for (const layer of layers) {
    const value = valueAt(layer.tree, path)
    if (value !== undefined) return {layer, value}
  }
  return undefined
}

function originIn(layers: readonly Layer[], path: readonly string[]): Origin | undefined {
  return firstWith(layers, path)?.layer.origin(path)
}

function mergedLayers(layers: readonly Layer[]): Tree {
  const tree = layers.reduceRight<Tree>((under, layer) => merged(under, layer.tree), {})
  const rules = layers.flatMap((layer) => rulesOf(layer.tree))
  return rules.length > 0 ? withValue(tree, ['permissions', 'rules'], rules) : tree
}

const optional = [
  'currentProvider',
  'defaultModel',
  'defaultTemperature',
  'defaultMaxTokens',
  'editorModel',
  'smallModel',
  'afterEdit',
  'maxCost',
  'profile',
] as const

/** What holds. The trees have passed the schema, so their groups have the types that are stated here. */
export function valuesOf(layers: readonly Layer[]): ConfigValues {
  const tree = mergedLayers(layers)
  const group = (...path: string[]): Tree => {
    const value = valueAt(tree, path)
    return isTree(value) ? value : {}
  }
  const present = Object.fromEntries(optional.filter((key) => Object.hasOwn(tree, key)).map((key) => [key, tree[key]]))
  return {
    ...present,
    providers: group('providers') as ConfigValues['providers'],
    offlineMode: tree['offlineMode'] === true,
    debugMode: tree['debugMode'] === true,
    credentialStore: (tree['credentialStore'] ?? 'auto') as ConfigValues['credentialStore'],
    customHeaders: group('customHeaders') as Record<string, string>,
    profiles: group('profiles') as ConfigValues['profiles'],
    trust: {plugins: (valueAt(tree, ['trust', 'plugins']) ?? []) as string[]},
    npm: group('npm') as ConfigValues['npm'],
    plugins: {
      allowScripts: valueAt(tree, ['plugins', 'allowScripts']) === true,
      prefer: group('plugins', 'prefer') as Record<string, string>,
    },
    git: {
      autoCommit: valueAt(tree, ['git', 'autoCommit']) === true,
      attribution: (valueAt(tree, ['git', 'attribution']) ?? 'trailer') as ConfigValues['git']['attribution'],
      hooks: valueAt(tree, ['git', 'hooks']) === true,
    },
    permissions: {rules: (valueAt(tree, ['permissions', 'rules']) ?? []) as ConfigValues['permissions']['rules']},
  }
}

/** Every effective value with its dotted key, in the order of the strongest mention. */
export function effectiveLeaves(layers: readonly Layer[]): Array<{path: string[]; value: unknown}> {
  return leaves(mergedLayers(layers))
}
