import {realpathSync} from 'node:fs'
import {loadConfig} from '../config/load.ts'
import type {ConfigValues, LoadedConfig} from '../config/values.ts'
import {homes, type Environment, type Homes} from '../paths.ts'
import {isTrusted} from '../permissions/trust.ts'
import {readManifests} from '../providers/manifest.ts'
import {isForeign} from '../providers/plugin-facts.ts'
import type {PluginSource, ProviderEntry, Registry} from '../providers/types.ts'
import {openVerdictCache} from '../providers/verdict-cache.ts'
import {pluginSources} from './plugin-folders.ts'

export type Place = {
  /** vibe's own package. */
  root: string
  env: Environment
  cwd: string
}

/** With the packages that the user added, which are read but once. */
export type KnownPlace = Place & {installed: readonly PluginSource[]}

/** What values are taken from; each part is read when it is first asked for. */
export type Facts = {
  place: Place
  homes: Homes
  /** The project's real folder. */
  project: () => string
  config: () => LoadedConfig
  plugins: () => PluginSource[]
  /** Those that can be used; asking one for its manifest reads it. */
  types: () => Promise<ProviderEntry[]>
}

export function factsOf(place: KnownPlace): Facts {
  const folders = homes(place.env)
  const project = once(() => realpathSync(place.cwd))
  const config = once(() => loadConfig({cwd: project(), env: place.env, trusted: isTrusted(project(), folders.data)}))
  const plugins = once(() => pluginSources(place.root, place.installed))
  return {
    place,
    homes: folders,
    project,
    config,
    plugins,
    types: once(() => usableTypes(plugins(), folders, config().values)),
  }
}

async function usableTypes(plugins: PluginSource[], folders: Homes, values: ConfigValues): Promise<ProviderEntry[]> {
  const vibeVersion = plugins.find(({type}) => type === 'core')?.version ?? ''
  // Whom to believe is a question only among strangers; what came with vibe was checked when it was built.
  const verdicts = {...openVerdictCache(folders.cache, vibeVersion), get: () => []}
  const entries = plugins.some(isForeign)
    ? (await judged({plugins, vibeVersion}, folders, values)).entries
    : (await Promise.all(plugins.map((plugin) => readManifests(plugin, {vibeVersion, verdicts})))).flat()
  return entries.filter(({state}) => state === 'ok')
}

async function judged(
  sources: {plugins: PluginSource[]; vibeVersion: string},
  folders: Homes,
  values: ConfigValues,
): Promise<Registry> {
  const {readRegistry} = await import('../providers/registry.ts')
  return readRegistry({
    ...sources,
    cacheFolder: folders.cache,
    prefer: values.plugins.prefer,
    trusted: values.trust.plugins,
    dataFolder: folders.data,
  })
}

function once<Result>(make: () => Result): () => Result {
  let made: {result: Result} | undefined
  return () => (made ??= {result: make()}).result
}
