import type {InstanceConfig, LoadedConfig} from '../config/values.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {Environment} from '../paths.ts'
import type {Abilities} from './abilities.ts'
import {askModels, ensureKey, tryCall, type CallReport} from './check-provider.ts'
import {buildInstance} from './instances.ts'
import type {DraftRequest, AddHost, Draft} from './draft.ts'
import {
  cleanKey,
  checkedEndpoint,
  checkedFallbacks,
  checkedHeaders,
  checkedName,
  checkedSettings,
} from './provider-input.ts'
import {keepMeasured, measureAloud, type ProbeEvent} from './probe/probe-draft.ts'
import {missingFlags} from './provider-needs.ts'
import {writeProvider, type SaveResult} from './save-provider.ts'
import {withheldSentence} from './reserved-variables.ts'
import type {ProviderEntry, ProviderManifest, Registry} from './types.ts'

type UsableEntry = ProviderEntry & {manifest: ProviderManifest}

export type SaveOptions = {
  /** Makes it the current provider; the first one always is. */
  use: boolean
  /** A file that gets the VIBE_CODER_* lines as well. */
  saveEnv?: string
}
export type AddOptions = SaveOptions & {verify: boolean}
export type AddResult = SaveResult & {
  name: string
  type: string
  endpoint: string
  model?: string
  current: boolean
  check?: CallReport
  /** What the model was measured to do. */
  abilities?: Abilities
}

/** What happens while a provider is added, for whoever draws it. */
export type AddEvent =
  | {step: 'models'; state: 'start'}
  | {step: 'models'; state: 'done'; count?: number}
  | {step: 'call'; state: 'start'; model: string}
  | {step: 'call'; state: 'done'; report: CallReport}
  | ProbeEvent

/**
 * Checks, tries and saves a provider. Nothing is saved when any of it fails or is aborted.
 * @throws VibeError: exit 2 for a wrong flag, 3 for what is missing, 4 or 5 as the trial fails
 */
export async function addProvider(
  request: DraftRequest,
  options: AddOptions,
  host: AddHost & {report: (event: AddEvent) => void},
): Promise<AddResult> {
  if (Object.hasOwn(host.config.values.providers, request.name)) throw exists(request.name)
  const draft = draftProvider(request, host)
  if (!options.verify) return saveProvider(draft, options, host)
  const checked = await tryDraft(draft, host)
  return {...(await saveProvider(checked.draft, options, host)), check: checked.report}
}

function fallbackMembers(
  {name, fallbacks = [], allowRemoteFallback}: DraftRequest,
  providers: Readonly<Record<string, InstanceConfig>>,
): Pick<InstanceConfig, 'fallbacks' | 'allowRemoteFallback'> {
  const checked = checkedFallbacks(name, fallbacks, providers)
  return {
    ...(checked.length > 0 && {fallbacks: checked}),
    ...(allowRemoteFallback === true && {allowRemoteFallback}),
  }
}

/**
 * Checks name, address, key, headers and settings.
 * @throws VibeError that names the flag
 */
export function draftProvider(request: DraftRequest, host: AddHost): Draft {
  const entry = host.registry.get(request.type)
  const {manifest, plugin} = entry
  const name = checkedName(request.name)
  requireFlags(request, entry, host.env)
  const instance: InstanceConfig = {type: request.type, package: plugin.name}
  if (request.endpoint !== undefined)
    instance.endpoint = checkedEndpoint(request.endpoint, manifest, request.insecure === true)
  if (request.insecure === true) instance.insecure = true
  if (request.toolMode !== undefined && request.toolMode !== 'auto') instance.toolMode = request.toolMode
  if (request.model !== undefined) instance.model = request.model
  Object.assign(instance, fallbackMembers(request, {...host.config.values.providers, [name]: instance}))
  if (request.headers && Object.keys(request.headers).length > 0) instance.headers = checkedHeaders(request.headers)
  if (request.settings && Object.keys(request.settings).length > 0)
    instance.settings = checkedSettings(manifest, request.settings)
  if (instance.settings && manifest.settingsVersion !== undefined) instance.settingsVersion = manifest.settingsVersion
  const apiKey = keyInto(instance, request)
  const named = {name, instance, origin: {layer: 'user' as const}, ...(apiKey !== undefined && {apiKey})}
  const resolved = buildInstance(named, {
    ...host,
    config: withoutModel(host.config),
    selection: {},
    dataFolder: host.homes.data,
  })
  return {name, instance, resolved, ...(apiKey !== undefined && {apiKey})}
}

/** A general model, of a project's `.env` for example, is not this provider's: neither tried nor saved for it. */
function withoutModel(config: LoadedConfig): LoadedConfig {
  const {defaultModel: _, ...values} = config.values
  return {...config, values}
}

/** Saves the draft's key, then its configuration. */
export async function saveProvider(draft: Draft, options: SaveOptions, host: AddHost): Promise<AddResult> {
  host.signal.throwIfAborted()
  const first = Object.keys(host.config.values.providers).length === 0
  const current = options.use || first || host.config.values.currentProvider === undefined
  const saved = await writeProvider(
    draft,
    {current, ...(options.saveEnv !== undefined && {saveEnv: options.saveEnv})},
    host,
  )
  await keepMeasured(draft, host)
  const {name, instance, resolved, measured} = draft
  return {
    ...saved,
    name,
    type: instance.type,
    endpoint: resolved.endpoint,
    ...(resolved.model !== undefined && {model: resolved.model}),
    current,
    ...(measured && {abilities: measured}),
  }
}

/** The types a person may add, by name: usable ones only; what plays recordings is no service. */
export function addableTypes(registry: Registry): Array<ProviderEntry & {manifest: ProviderManifest}> {
  return registry.entries
    .filter(
      (entry): entry is ProviderEntry & {manifest: ProviderManifest} =>
        entry.state === 'ok' && entry.manifest !== undefined,
    )
    .filter(({manifest}) => !(manifest.endpoint.local === true && manifest.endpoint.overridable === false))
    .toSorted((left, right) => left.manifest.name.localeCompare(right.manifest.name))
}

/** The name itself, or with the first number that makes it free. */
export function freeName(name: string, config: LoadedConfig): string {
  const taken = (candidate: string) => Object.hasOwn(config.values.providers, candidate)
  let candidate = name
  for (let number = 2; taken(candidate); number++) candidate = `${name}-${number}`
  return candidate
}

async function tryDraft(
  draft: Draft,
  host: AddHost & {report: (event: AddEvent) => void},
): Promise<{draft: Draft; report: CallReport}> {
  await ensureKey(draft.resolved, host.signal)
  const opened = await host.open(draft.resolved)
  try {
    const {manifest} = draft.resolved.entry
    host.report({step: 'models', state: 'start'})
    const models = (await askModels(opened, host.signal)) ?? []
    host.report({step: 'models', state: 'done', ...(models.length > 0 && {count: models.length})})
    const model = draft.resolved.model ?? (models.length === 1 ? models[0]?.id : undefined)
    if (model === undefined)
      throw modelMissing(
        models.map(({id}) => id),
        {manifest, name: draft.name, pulls: opened.provider.pullModel !== undefined},
      )
    host.report({step: 'call', state: 'start', model})
    const report = await tryCall(opened, model, {signal: host.signal, models})
    host.report({step: 'call', state: 'done', report})
    const measured = await measureAloud({opened, model, signal: host.signal}, host.report, models)
    const instance = {...draft.instance, model}
    const resolved = {...draft.resolved, model}
    return {draft: {...draft, instance, resolved, ...(measured && {measured})}, report}
  } finally {
    await opened.provider.dispose?.()
  }
}

function keyInto(instance: InstanceConfig, {key, credential}: DraftRequest): string | undefined {
  switch (key?.kind) {
    case 'env':
      instance.credential = {env: key.variable}
      return undefined
    case 'command':
      instance.credential = {command: key.command}
      return undefined
    case 'none':
      instance.credential = {none: true}
      return undefined
    case 'value':
      return cleanKey(key.value)
    case undefined:
      if (credential) instance.credential = credential
      return undefined
  }
}

/** @throws VibeError (exit 3) with the flags that are missing */
function requireFlags(request: DraftRequest, entry: UsableEntry, env: Environment): void {
  const {manifest} = entry
  const missing = missingFlags(request, {manifest, env})
  if (missing.length === 0) return
  const withheld = withheldSentence(entry)
  throw new VibeError({
    code: 'flags-missing',
    message: `${manifest.name} needs more to be set up as "${request.name}".${withheld === undefined ? '' : ` ${withheld}.`}`,
    hint: `add: ${missing.join('   ')}`,
    exit: ExitCode.notSetUp,
  })
}

type Nameless = {manifest: ProviderManifest; name: string; /** Whether it can fetch models. */ pulls: boolean}

function modelMissing(ids: string[], {manifest, name, pulls}: Nameless): VibeError {
  const [suggested] = manifest.models.suggested ?? []
  if (ids.length === 0 && pulls) {
    const model = suggested?.id ?? 'MODEL'
    return new VibeError({
      code: 'model-missing',
      message: `${manifest.name} has no model yet.`,
      hint: `add --no-validate --model ${model}, then: vibe model:pull ${model} --provider ${name}`,
      exit: ExitCode.notSetUp,
    })
  }
  const offered =
    ids.length === 0
      ? ''
      : ` It offers ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ` and ${ids.length - 5} more` : ''}.`
  return new VibeError({
    code: 'model-missing',
    message: `No model was named for ${manifest.name}.${offered}`,
    hint: 'add --model ID',
    exit: ExitCode.notSetUp,
  })
}

function exists(name: string): VibeError {
  return new VibeError({
    code: 'provider-exists',
    message: `A provider called "${name}" is already set up.`,
    hint: `vibe provider:update ${name} …   or   vibe provider:remove ${name}`,
    exit: ExitCode.usage,
  })
}
