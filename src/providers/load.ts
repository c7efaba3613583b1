import {pathToFileURL} from 'node:url'
import {
  API_VERSION,
  ProviderError,
  type CreateProvider,
  type JsonObject,
  type Provider,
  type ProviderContext,
} from 'vibe-plugin-api'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {entryFailure, stackOf} from './entry-failure.ts'
import {runForeign} from './foreign-code.ts'
import {guardProvider} from './foreign-provider.ts'
import {findInPackage} from './package-file.ts'
import {isForeign} from './plugin-facts.ts'
import {checkSettings} from './settings.ts'
import type {OpenedProvider, ProviderEntry, ProviderManifest, Registry, ResolvedInstance} from './types.ts'

/** What the core lends to a provider. */
export type ProviderHost = {
  /** The global fetch with the user's proxy and certificates. */
  fetch: typeof globalThis.fetch
  userAgent: string
  debug: (message: string, detail?: JsonObject) => void
  vibeVersion: string
}

export type OpenOptions = {
  instance: ResolvedInstance
  registry: Registry
  host: ProviderHost
  /** How long the plugin may take to load and start, together. */
  limitMs?: number
}

const LIMIT_MS = 5_000
const DEFAULT_EXPORT = 'createProvider'

/**
 * Imports the code behind an instance and starts its provider. This is the only place where plugin code begins to run.
 * @throws VibeError `provider-entry-failed` when the plugin fails or takes too long, with its package and the cause;
 * `settings-invalid` and `provider-protocol-missing` (exit 3) before any of its code runs
 */
export async function openProvider({
  instance,
  registry,
  host,
  limitMs = LIMIT_MS,
}: OpenOptions): Promise<OpenedProvider> {
  const settings = settingsOf(instance)
  const entry = implementerOf(instance.entry, registry)
  const context = contextFor(instance, settings, host)
  const {plugin} = entry
  try {
    const provider = await runForeign(
      {root: plugin.root, limitMs, guardGlobals: isForeign(plugin), waitingFor: 'starting it'},
      async () => (await importCreate(entry))(context),
    )
    const checked = checkedProvider(provider)
    if (!isForeign(plugin)) return {instance, provider: checked}
    const onStray = (error: unknown) =>
      host.debug('provider failed unasked', {package: plugin.name, stack: stackOf(error)})
    return {instance, provider: guardProvider(checked, {root: plugin.root, onStray})}
  } catch (error) {
    host.debug('provider entry failed', {package: plugin.name, stack: stackOf(error)})
    throw entryFailure(entry, error)
  }
}

/**
 * Imports an entry's module without starting a provider, after an installation.
 * @returns the entry as it was, or with the state `entry-failed` and the reason
 */
export async function tryEntry(entry: ProviderEntry, limitMs = LIMIT_MS): Promise<ProviderEntry> {
  const {plugin, manifest} = entry
  if (entry.state !== 'ok' || manifest?.entry === undefined) return entry
  try {
    await runForeign({root: plugin.root, limitMs, guardGlobals: isForeign(plugin), waitingFor: 'importing it'}, () =>
      importCreate({...entry, manifest}),
    )
    return entry
  } catch (error) {
    return {...entry, state: 'entry-failed', problems: [entryFailure(entry, error).message]}
  }
}

type CodeEntry = ProviderEntry & {manifest: ProviderManifest}

/** The entry itself, or for a data-only one whoever speaks its protocol. */
function implementerOf(entry: CodeEntry, registry: Registry): CodeEntry {
  const {protocol} = entry.manifest
  if (protocol === undefined) return entry
  const implementer = registry.implementer(protocol)
  if (implementer?.manifest) return {...implementer, manifest: implementer.manifest}
  throw new VibeError({
    code: 'provider-protocol-missing',
    message: `No installed provider speaks "${protocol}", which ${entry.plugin.name} needs`,
    origin: `${entry.plugin.name} ${entry.plugin.version}`,
    hint: 'Install one that does: vibe plugins install PACKAGE',
    exit: ExitCode.notSetUp,
  })
}

function settingsOf({name, entry, settings: given}: ResolvedInstance): JsonObject {
  const {settings, problems} = checkSettings(entry.manifest.settings, given)
  const [first] = problems
  if (first === undefined) return settings
  throw new VibeError({
    code: 'settings-invalid',
    message: `The settings of "${name}" do not fit ${entry.manifest.name}: ${problems.map((problem) => problem.message).join('; ')}`,
    origin: `providers.${name}.settings`,
    hint: `vibe provider:update ${name} --set ${first.meant ?? first.key}=VALUE`,
    exit: ExitCode.notSetUp,
  })
}

function contextFor(instance: ResolvedInstance, settings: JsonObject, host: ProviderHost): ProviderContext {
  const {manifest} = instance.entry
  const authHeader = authHeaderOf(manifest)
  return {
    apiVersion: API_VERSION,
    instanceId: instance.name,
    providerId: manifest.id,
    ...(manifest.protocol === undefined ? {} : {protocol: manifest.protocol}),
    quirks: Object.freeze([...(manifest.quirks ?? [])]),
    ...(authHeader === undefined ? {} : {authHeader}),
    settings: Object.freeze(settings),
    endpoint: instance.endpoint.replace(/\/+$/, ''),
    credential: (signal) => instance.credential(signal).catch(asMissingKey),
    fetch: host.fetch,
    userAgent: host.userAgent,
    debug: host.debug,
  }
}

/** A plugin takes an error that is not of the contract for a fault of the network, and that would be tried again. */
function asMissingKey(error: unknown): never {
  if (!(error instanceof VibeError) || error.exit !== ExitCode.authentication) throw error
  const {message, hint} = error
  throw new ProviderError(
    {code: 'auth-missing', message, retryable: false, ...(hint !== undefined && {hint})},
    {cause: error},
  )
}

function authHeaderOf({auth}: ProviderManifest): ProviderContext['authHeader'] {
  for (const method of auth) {
    if (method.kind !== 'api-key' || method.header === undefined) continue
    const bearer = method.header.toLowerCase() === 'authorization'
    return {name: method.header, scheme: method.scheme ?? (bearer ? 'Bearer' : 'none')}
  }
  return undefined
}

async function importCreate({manifest, plugin}: CodeEntry): Promise<CreateProvider> {
  const {module = '', export: name = DEFAULT_EXPORT} = manifest.entry ?? {}
  const file = findInPackage(plugin.root, module)
  if (typeof file === 'string') throw new Error(file)
  const exports: unknown = await import(pathToFileURL(file.path).href)
  const create = member(exports, name)
  if (typeof create !== 'function') throw new Error(`${module} does not export a function "${name}"`)
  return create as CreateProvider
}

const OPTIONAL = ['listModels', 'countTokens', 'embed', 'pullModel', 'dispose']

function checkedProvider(provider: unknown): Provider {
  if (typeof provider !== 'object' || provider === null) throw new Error('createProvider returned no provider')
  if (typeof member(provider, 'id') !== 'string') throw new Error('the provider has no "id"')
  for (const method of ['chat', 'validateConnection']) {
    if (typeof member(provider, method) !== 'function') throw new Error(`the provider has no function "${method}"`)
  }
  const odd = OPTIONAL.find((method) => !['function', 'undefined'].includes(typeof member(provider, method)))
  if (odd !== undefined) throw new Error(`the provider's "${odd}" is not a function`)
  return provider as Provider
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
