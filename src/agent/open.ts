import {realpathSync} from 'node:fs'
import {join} from 'node:path'
import type {Credential} from 'vibe-plugin-api'
import {loadConfig} from '../config/load.ts'
import type {LoadedConfig} from '../config/values.ts'
import {openDebugLog, type DebugLog} from '../debug-log.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {createFetch} from '../net/fetch.ts'
import {installOfflineGuard} from '../net/offline.ts'
import {proxySettings, useProxy} from '../net/proxy.ts'
import {homes, type Environment, type Homes} from '../paths.ts'
import {isTrusted} from '../permissions/trust.ts'
import {openAbilityStore} from '../providers/abilities.ts'
import {resolveInstance} from '../providers/instances.ts'
import {SECRET_HEADER} from '../redact.ts'
import {openLadder} from '../providers/ladder/open-ladder.ts'
import {openProvider} from '../providers/load.ts'
import {readRegistry} from '../providers/registry.ts'
import type {PluginSource, Registry, ResolvedInstance} from '../providers/types.ts'
import {planFallbacks} from './fallback-plan.ts'
import {catalogued, type ReadyProvider} from './ready.ts'

/** What the process hands to the agent: nothing below reads globals for it. */
export type Host = {
  plugins: Iterable<PluginSource>
  env: Environment
  cwd: string
  version: string
}

/** What the command line chose; absent members leave it to the configuration. */
export type Choice = {
  provider?: string
  model?: string
  temperature?: number
  maxTokens?: number
  profile?: string
  offline?: boolean
  debug?: boolean
}

/** Everything that stays the same for all turns of a process. */
export type Workplace = {
  root: string
  homes: Homes
  config: LoadedConfig
  registry: Registry
  trusted: boolean
  debugLog: DebugLog | undefined
  choice: Choice
  host: Host
  /** Secrets that were handed to a provider so far: whatever is written to disk is scrubbed of them. */
  secrets: Set<string>
}

/** Reads configuration, trust and provider manifests. Runs no plugin code and opens no connection. */
export async function openWorkplace(host: Host, choice: Choice): Promise<Workplace> {
  const places = homes(host.env)
  const root = realpathSync(host.cwd)
  const trusted = isTrusted(root, places.data)
  const config = loadConfig({cwd: root, env: host.env, flags: flagsOf(choice), trusted})
  if (config.values.offlineMode) installOfflineGuard(host.env)
  // got and node:http in plugins ask nobody for a proxy: it is set before any of them is imported.
  else if (proxySettings(host.env).length > 0) useProxy(host.env)
  const secrets = new Set<string>()
  const debugLog = config.values.debugMode ? openDebugLog({folder: join(places.data, 'logs'), secrets}) : undefined
  const registry = await registryOf(host, {config, homes: places})
  return {root, homes: places, config, registry, trusted, debugLog, choice, host, secrets}
}

/** The same workplace with a plugin that was installed meanwhile, in the place of an older copy. */
export async function withPlugin(workplace: Workplace, plugin: PluginSource): Promise<Workplace> {
  const others = [...workplace.host.plugins].filter(({name}) => name !== plugin.name)
  const host = {...workplace.host, plugins: [...others, plugin]}
  return {...workplace, host, registry: await registryOf(host, workplace)}
}

function registryOf(host: Host, {config, homes: places}: Pick<Workplace, 'config' | 'homes'>): Promise<Registry> {
  return readRegistry({
    plugins: host.plugins,
    cacheFolder: places.cache,
    vibeVersion: host.version,
    prefer: config.values.plugins.prefer,
    trusted: config.values.trust.plugins,
    dataFolder: places.data,
  })
}

function flagsOf(choice: Choice) {
  return {
    ...(choice.offline ? {offlineMode: true} : {}),
    ...(choice.debug ? {debugMode: true} : {}),
    ...(choice.profile === undefined ? {} : {profile: choice.profile}),
  }
}

/**
 * The chosen provider, imported and made. `model` may be "instance/model", as for the editor of architect mode.
 * @throws VibeError with the exit code of what is missing: provider or model 3, plugin broken 3
 */
export async function readyProvider(workplace: Workplace, override: {model?: string} = {}): Promise<ReadyProvider> {
  const {config, registry, choice, host, homes: places} = workplace
  const model = override.model ?? choice.model
  const resolving = {
    config,
    registry,
    selection: {
      ...(choice.provider === undefined ? {} : {provider: choice.provider}),
      ...(choice.temperature === undefined ? {} : {temperature: choice.temperature}),
      ...(choice.maxTokens === undefined ? {} : {maxTokens: choice.maxTokens}),
      ...(model === undefined ? {} : {model}),
    },
    env: host.env,
    dataFolder: places.data,
  }
  const instance = resolveInstance(resolving)
  const open = (other: ResolvedInstance) => openInstance(workplace, other)
  const fallbacks = planFallbacks(instance.name, {...resolving, open})
  return {...(await openInstance(workplace, instance)), ...(fallbacks && {fallbacks})}
}

export async function openInstance(workplace: Workplace, instance: ResolvedInstance): Promise<ReadyProvider> {
  const model = instance.model ?? missingModel(instance)
  for (const [name, value] of Object.entries(instance.headers))
    if (SECRET_HEADER.test(name)) workplace.secrets.add(value.replace(/^(?:bearer|basic)\s+/i, ''))
  const opened = await openProvider({
    instance: watchCredential(instance, workplace.secrets),
    registry: workplace.registry,
    host: {
      fetch: createFetch({env: workplace.host.env, offline: workplace.config.values.offlineMode}),
      userAgent: `vibe-coder/${workplace.host.version}`,
      debug: (message, detail) => workplace.debugLog?.write(`${instance.name}: ${message}`, detail),
      vibeVersion: workplace.host.version,
    },
  })
  const ladder = openLadder(instance, model, openAbilityStore(workplace.homes.cache))
  return {opened, model, price: catalogued(instance, model)?.price, ladder}
}

/**
 * Notes every key on its way to the provider, so that nothing that is written later can hold it. What the first call
 * found serves the second one too: a turn asks before it writes anything, the provider asks for its first request, and
 * a command that fetches a key is to run once for both.
 */
function watchCredential(instance: ResolvedInstance, secrets: Set<string>): ResolvedInstance {
  let kept: Credential | undefined
  let asked = false
  return {
    ...instance,
    credential: async (signal) => {
      const credential = kept ?? (await instance.credential(signal))
      kept = asked ? undefined : credential
      asked = true
      if (credential.kind === 'api-key') secrets.add(credential.value)
      if (credential.kind === 'oauth') secrets.add(credential.accessToken)
      return credential
    },
  }
}

function missingModel(instance: ResolvedInstance): never {
  throw new VibeError({
    code: 'model-missing',
    message: `No model is chosen for ${instance.name}.`,
    hint: `List them with: vibe model:list --provider ${instance.name}   then: vibe provider:update ${instance.name} --model ID`,
    exit: ExitCode.notSetUp,
  })
}
