import {saveEnvFile} from '../config/env-file.ts'
import {userFile} from '../config/load.ts'
import {isTree, valueAt, withoutValue, withValue, type Tree} from '../config/tree.ts'
import type {CredentialReference, InstanceConfig} from '../config/values.ts'
import {updateConfig} from '../config/write.ts'
import {checkEndpoint} from '../config/endpoint.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {AddHost, Draft} from './draft.ts'
import {isKeychainFailure, removeCredential, storeCredential, type StoredKey} from './credentials.ts'
import {typesFor} from './endpoint-type.ts'

export type SaveResult = {
  /** The configuration file. */
  file: string
  /** Where the key was put, in words; absent when none was stored. */
  keyStore?: string
  envFile?: string
  /** What a person has to know besides: the file must not be committed, the keychain was not used. */
  warning?: string
}

const ROLLBACK_MS = 5_000

type SaveOptions = {
  current: boolean
  saveEnv?: string
  /** What an update keeps and replaces; absent for a new provider. */ replaces?: InstanceConfig
}
type Host = Pick<AddHost, 'config' | 'env' | 'homes' | 'signal'>

/** Writes what can be refused first. A new name is claimed before its key is stored: of two at once, one is refused whole. */
export async function writeProvider(draft: Draft, options: SaveOptions, host: Host): Promise<SaveResult> {
  const {name, apiKey} = draft
  const written = options.saveEnv === undefined ? undefined : await writeEnv(options.saveEnv, draft, host)
  const claimed =
    apiKey === undefined || options.replaces !== undefined
      ? draft.instance
      : {...draft.instance, credential: {store: name}}
  const configure = async (instance: InstanceConfig) =>
    (await updateConfig(userFile(host.env), {edit: (tree) => change(tree, {name, instance, options})}, host.signal))
      .file
  const result = (parts: {file: string; kept?: StoredKey | undefined; left?: string | undefined}) =>
    saveResult({...parts, written})
  if (options.replaces === undefined) {
    const file = await configure(claimed)
    return result({file, kept: await keepFor(draft, host)})
  }
  const kept = apiKey === undefined ? undefined : await storeCredential(name, apiKey, placeOf(host))
  const instance = kept ? {...claimed, credential: kept.reference} : claimed
  const file = await configure(instance)
  const left = await removeReplaced(name, {before: options.replaces.credential, after: instance.credential}, host)
  return result({file, kept, left})
}

/** Stores the key of a claimed name and says in the configuration where it went; takes the name back when that fails. */
async function keepFor({name, apiKey}: Draft, host: Host): Promise<StoredKey | undefined> {
  if (apiKey === undefined) return undefined
  try {
    const kept = await storeCredential(name, apiKey, placeOf(host))
    if (kept.reference.in === undefined) return kept
    const edit = (tree: Tree) => withValue(tree, ['providers', name, 'credential'], kept.reference)
    await updateConfig(userFile(host.env), {edit}, host.signal).catch(async (error: unknown) => {
      const place = {...placeOf(host), signal: AbortSignal.timeout(ROLLBACK_MS)}
      await removeCredential(kept.reference, place).catch(() => undefined) // The first failure is the one to tell.
      throw error
    })
    return kept
  } catch (error) {
    await forget(name, host)
    throw error
  }
}

function placeOf({config, env, homes, signal}: Host) {
  return {prefer: config.values.credentialStore, dataFolder: homes.data, env, signal}
}

type Parts = {
  file: string
  kept?: StoredKey | undefined
  left?: string | undefined
  written: {file: string; warning: string} | undefined
}

function saveResult({file, kept, left, written}: Parts): SaveResult {
  const warnings = [kept?.note, left, written?.warning].filter((text) => text !== undefined)
  return {
    file,
    ...(kept && {keyStore: kept.place}),
    ...(written && {envFile: written.file}),
    ...(warnings.length > 0 && {warning: warnings.join(' ')}),
  }
}

type References = {before: CredentialReference | undefined; after: CredentialReference | undefined}

/** A key under another name was put there by hand, and others may refer to it. @returns why a key is left */
async function removeReplaced(name: string, {before, after}: References, host: Host): Promise<string | undefined> {
  if (!before || !('store' in before) || before.store !== name) return undefined
  if (after && 'store' in after && after.store === name && after.in === before.in) return undefined
  try {
    await removeCredential(before, placeOf(host))
    return undefined
  } catch (error) {
    if (!isKeychainFailure(error)) throw error
    return keyLeft(error)
  }
}

/** What a person is told when an old key stays in the keychain. */
export function keyLeft(error: VibeError): string {
  return `The old key was not taken out of the keychain. ${error.message}.`
}

/** Takes a claimed name back; not even Ctrl-C may leave half a provider. */
async function forget(name: string, host: Host): Promise<void> {
  const edit = (tree: Tree) => {
    const next = withoutValue(tree, ['providers', name])
    return valueAt(next, ['currentProvider']) === name ? withoutValue(next, ['currentProvider']) : next
  }
  await updateConfig(userFile(host.env), {edit}, AbortSignal.timeout(ROLLBACK_MS))
}

type Change = {name: string; instance: InstanceConfig; options: SaveOptions}

function change(tree: Tree, {name, instance, options}: Change): Tree {
  const path = ['providers', name]
  const before = valueAt(tree, path)
  if (options.replaces === undefined && before !== undefined) throw existsNow(name)
  let next =
    options.replaces === undefined || !isTree(before)
      ? withValue(tree, path, instance)
      : memberwise(tree, {path, before: options.replaces, after: instance})
  if (options.current) next = withValue(next, ['currentProvider'], name)
  return next
}

/** Only members that changed are written, so that unknown ones and another process's changes stay. */
function memberwise(
  tree: Tree,
  {path, before, after}: {path: string[]; before: InstanceConfig; after: InstanceConfig},
): Tree {
  let next = tree
  for (const member of changedMembers(before, after)) {
    const value = after[member]
    next = value === undefined ? withoutValue(next, [...path, member]) : withValue(next, [...path, member], value)
  }
  return next
}

const MEMBERS = [
  'type',
  'package',
  'endpoint',
  'credential',
  'model',
  'temperature',
  'maxTokens',
  'headers',
  'settings',
  'settingsVersion',
  'fallbacks',
  'allowRemoteFallback',
  'toolMode',
  'insecure',
] as const

/** The members of a configured provider that an update changes. */
export function changedMembers(before: InstanceConfig, after: InstanceConfig): Array<keyof InstanceConfig> {
  return MEMBERS.filter((member) => JSON.stringify(before[member]) !== JSON.stringify(after[member]))
}

async function writeEnv(file: string, draft: Draft, {env, signal}: Host) {
  const credential = await draft.resolved.credential(signal)
  const {endpoint, entry, model} = draft.resolved
  const values: Record<string, string> = {VIBE_CODER_ENDPOINT: endpoint}
  // The address alone does not say that a service of its own kind stands behind it.
  const detected = typesFor(checkEndpoint(endpoint, {insecure: true}).type)
  if (!detected.includes(entry.id)) values['VIBE_CODER_PROVIDER'] = entry.id
  if (credential.kind === 'api-key') values['VIBE_CODER_API_KEY'] = credential.value
  if (model !== undefined) values['VIBE_CODER_MODEL'] = model
  return saveEnvFile(file, values, {signal, env})
}

/** The other process won. */
function existsNow(name: string): VibeError {
  return new VibeError({
    code: 'provider-exists',
    message: `A provider called "${name}" is already set up.`,
    hint: `vibe provider:update ${name} …   or   vibe provider:remove ${name}`,
    exit: ExitCode.usage,
  })
}
