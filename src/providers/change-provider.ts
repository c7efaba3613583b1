import {originText} from '../config/explain.ts'
import {parseFallback} from '../config/fallbacks.ts'
import {userFile} from '../config/load.ts'
import {valueAt, withoutValue, withValue, type Tree} from '../config/tree.ts'
import type {CredentialReference, InstanceConfig} from '../config/values.ts'
import {changeConfig, updateConfig} from '../config/write.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {draftProvider, type AddEvent} from './add-provider.ts'
import type {AddHost, DraftRequest} from './draft.ts'
import {ensureKey, tryCall, type CallReport} from './check-provider.ts'
import {chooseInstance} from './choose-instance.ts'
import {keepMeasured, measureAloud} from './probe/probe-draft.ts'
import {isKeychainFailure, removeCredential} from './credentials.ts'
import {changedMembers, keyLeft, writeProvider, type SaveResult} from './save-provider.ts'

export type ProviderChange = Omit<DraftRequest, 'name' | 'type'> & {temperature?: number; maxTokens?: number}
export type UpdateResult = SaveResult & {name: string; changed: string[]; check?: CallReport}
export type RemoveResult = {
  removed: string
  keyRemoved: boolean
  wasCurrent: boolean
  current?: string
  file: string
  /** Why a key is still in the keychain. */
  warning?: string
}

/** What changes no request that a trial could make. */
const UNTRIED: ReadonlySet<string> = new Set([
  'temperature',
  'maxTokens',
  'fallbacks',
  'allowRemoteFallback',
  'toolMode',
])

/** What makes it another model, of which nothing is known. */
const ANOTHER_MODEL: ReadonlySet<string> = new Set(['type', 'endpoint', 'model'])

/**
 * Changes a configured provider; what is not named stays.
 * @throws VibeError as `addProvider` does; nothing is saved then
 */
export async function updateProvider(
  name: string,
  change: ProviderChange,
  host: AddHost & {verify: boolean; use: boolean; report: (event: AddEvent) => void},
): Promise<UpdateResult> {
  const before = configured(name, host)
  const draft = draftProvider(mergedRequest(name, before, change), host)
  draft.instance = withNumbers(draft.instance, before, change)
  const members = changedMembers(before, draft.instance).filter((member) => member !== 'package')
  const changed = [...members, ...(draft.apiKey === undefined ? [] : ['key'])]
  if (changed.length === 0 && !host.use) throw nothingToDo(name)
  const {model} = draft.resolved
  const worthTrying = host.verify && model !== undefined && changed.some((member) => !UNTRIED.has(member))
  let check: CallReport | undefined
  if (worthTrying) {
    await ensureKey(draft.resolved, host.signal)
    const opened = await host.open(draft.resolved)
    try {
      host.report({step: 'call', state: 'start', model})
      check = await tryCall(opened, model, {signal: host.signal})
      host.report({step: 'call', state: 'done', report: check})
      if (changed.some((member) => ANOTHER_MODEL.has(member)))
        draft.measured = await measureAloud({opened, model, signal: host.signal}, host.report)
    } finally {
      await opened.provider.dispose?.()
    }
  }
  const saved = await writeProvider(draft, {current: host.use, replaces: before}, host)
  await keepMeasured(draft, host)
  return {...saved, name, changed: [...changed, ...(host.use ? ['currentProvider'] : [])], ...(check && {check})}
}

/** Makes a configured provider the current one. */
export async function useProvider(
  name: string,
  host: AddHost,
): Promise<{current: string; file: string; before?: string; overriddenBy?: string}> {
  configured(name, host)
  const {file, before} = await changeConfig(userFile(host.env), {path: ['currentProvider'], value: name}, host.signal)
  const origin = host.config.originOf('currentProvider')
  const overridden = origin && origin.layer !== 'user' && host.config.values.currentProvider !== name
  return {
    current: name,
    file,
    ...(typeof before === 'string' && {before}),
    ...(overridden && {overriddenBy: originText(origin)}),
  }
}

/** Forgets a provider and its stored key; the only one that is left becomes current. */
export async function removeProvider(name: string, host: AddHost): Promise<RemoveResult> {
  const {credential} = configured(name, host)
  let wasCurrent = false
  let current: string | undefined
  const edit = (tree: Tree) => {
    const next = withoutFallback(withoutValue(tree, ['providers', name]), name)
    wasCurrent = valueAt(tree, ['currentProvider']) === name
    const left = Object.keys((valueAt(next, ['providers']) ?? {}) as Record<string, unknown>)
    current = wasCurrent && left.length === 1 ? left[0] : undefined
    if (!wasCurrent) return next
    return current === undefined
      ? withoutValue(next, ['currentProvider'])
      : withValue(next, ['currentProvider'], current)
  }
  const {file} = await updateConfig(userFile(host.env), {edit}, host.signal)
  const key = await removeKey(name, credential, host)
  return {removed: name, ...key, wasCurrent, file, ...(current !== undefined && {current})}
}

/** Nobody is to fall back on a provider that is gone. */
function withoutFallback(tree: Tree, gone: string): Tree {
  const providers = (valueAt(tree, ['providers']) ?? {}) as Record<string, InstanceConfig>
  let next = tree
  for (const [owner, {fallbacks}] of Object.entries(providers)) {
    const left = fallbacks?.filter((text) => parseFallback(text, owner).provider !== gone)
    if (!fallbacks || !left || left.length === fallbacks.length) continue
    const path = ['providers', owner, 'fallbacks']
    next = left.length === 0 ? withoutValue(next, path) : withValue(next, path, left)
  }
  return next
}

async function removeKey(
  name: string,
  credential: CredentialReference | undefined,
  {homes, env, signal}: AddHost,
): Promise<Pick<RemoveResult, 'keyRemoved' | 'warning'>> {
  const place = {dataFolder: homes.data, env, signal}
  const fromFile = await removeCredential({store: name}, place)
  // A name that differs was written by hand, and others may refer to it.
  if (!credential || !('store' in credential) || credential.in === undefined || credential.store !== name)
    return {keyRemoved: fromFile}
  try {
    return {keyRemoved: (await removeCredential(credential, place)) || fromFile}
  } catch (error) {
    if (!isKeychainFailure(error)) throw error
    return {keyRemoved: fromFile, warning: keyLeft(error)}
  }
}

/**
 * Says which package serves a provider type that several offer.
 * @throws VibeError (exit 3) when the package offers no such type
 */
export async function preferPackage(
  choice: {type: string; package: string},
  host: AddHost,
): Promise<{type: string; package: string; file: string}> {
  const claims = host.registry.entries.filter(({id}) => id === choice.type)
  if (!claims.some(({plugin}) => plugin.name === choice.package)) {
    const offered = claims.map(({plugin}) => plugin.name).join(', ')
    throw new VibeError({
      code: 'package-unknown',
      message: `No installed package ${choice.package} offers "${choice.type}".${offered === '' ? '' : ` It is offered by ${offered}.`}`,
      hint:
        offered === ''
          ? `vibe plugins install ${choice.package}`
          : `vibe provider:prefer ${choice.type} ${claims[0]?.plugin.name ?? 'PACKAGE'}`,
      exit: ExitCode.notSetUp,
    })
  }
  const {file} = await changeConfig(
    userFile(host.env),
    {path: ['plugins', 'prefer', choice.type], value: choice.package},
    host.signal,
  )
  return {...choice, file}
}

function configured(name: string, host: AddHost): InstanceConfig {
  const found = Object.hasOwn(host.config.values.providers, name) ? host.config.values.providers[name] : undefined
  if (found) return found
  // A name that only variables or a type's id make has nothing to change; the rest is unknown, and said so.
  const {kind} = chooseInstance({...host, selection: {provider: name}})
  throw new VibeError({
    code: 'provider-not-saved',
    message: `"${name}" is not saved: ${kind === 'environment' ? 'the VIBE_CODER_* variables make it' : 'it is a provider type with its usual key'}.`,
    hint: `vibe provider:add NAME --type ${kind === 'environment' ? 'TYPE' : name}`,
    exit: ExitCode.notSetUp,
  })
}

function mergedRequest(name: string, before: InstanceConfig, change: ProviderChange): DraftRequest {
  const endpoint = change.endpoint ?? before.endpoint
  const model = change.model ?? before.model
  const headers = withoutEmpty({...before.headers, ...change.headers})
  const toolMode = change.toolMode ?? before.toolMode
  const settings = withoutEmpty({...(before.settings as DraftRequest['settings']), ...change.settings})
  return {
    name,
    type: before.type,
    headers,
    settings,
    ...(endpoint !== undefined && {endpoint}),
    ...(model !== undefined && {model}),
    ...(change.fallbacks !== undefined && {fallbacks: change.fallbacks}),
    ...(toolMode !== undefined && {toolMode}),
    ...((change.allowRemoteFallback ?? before.allowRemoteFallback) === true && {allowRemoteFallback: true}),
    ...((change.insecure ?? before.insecure) === true && {insecure: true}),
    ...(change.key && {key: change.key}),
    ...(before.credential && {credential: before.credential}),
  }
}

function withoutEmpty<Value>(values: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))
}

function withNumbers(
  instance: InstanceConfig,
  before: InstanceConfig,
  {temperature, maxTokens, fallbacks}: ProviderChange,
): InstanceConfig {
  if (temperature !== undefined && !(temperature >= 0 && temperature <= 2)) {
    throw new VibeError({
      code: 'out-of-range',
      message: 'The temperature must be a number between 0 and 2.',
      exit: ExitCode.usage,
    })
  }
  const ownTemperature = temperature ?? before.temperature
  const ownMaximum = maxTokens ?? before.maxTokens
  return {
    ...instance,
    ...(ownTemperature !== undefined && {temperature: ownTemperature}),
    ...(ownMaximum !== undefined && {maxTokens: ownMaximum}),
    // Those it had are kept as they are: one that has gone wrong since must not keep a key from being changed.
    ...(fallbacks === undefined && before.fallbacks && {fallbacks: before.fallbacks}),
  }
}

function nothingToDo(name: string): VibeError {
  return new VibeError({
    code: 'nothing-to-change',
    message: `Nothing was named that would change "${name}".`,
    hint: 'name one of: --key-stdin --key-env --endpoint --model --header --set --temperature --max-tokens --tool-mode --fallback --allow-remote-fallback --use',
    exit: ExitCode.usage,
  })
}
