import {saveEnvFile} from '../config/env-file.ts'
import {userFile} from '../config/load.ts'
import {isTree, valueAt, withoutValue, withValue, type Tree} from '../config/tree.ts'
import type {InstanceConfig} from '../config/values.ts'
import {updateConfig} from '../config/write.ts'
import {checkEndpoint} from '../config/endpoint.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {AddHost, Draft} from './add-provider.ts'
import {removeCredential, storeCredential} from './credentials.ts'
import {typesFor} from './endpoint-type.ts'

export type SaveResult = {
  /** The configuration file. */
  file: string
  /** Where the key was put, in words; absent when none was stored. */
  keyStore?: string
  envFile?: string
  warning?: string
}

const ROLLBACK_MS = 5_000

type SaveOptions = {
  current: boolean
  saveEnv?: string
  /** What an update keeps and replaces; absent for a new provider. */ replaces?: InstanceConfig
}
type Host = Pick<AddHost, 'env' | 'homes' | 'signal'>

/** Writes what can be refused first. A new name is claimed before its key is stored: of two at once, one is refused whole. */
export async function writeProvider(draft: Draft, options: SaveOptions, host: Host): Promise<SaveResult> {
  const {name, apiKey} = draft
  const written = options.saveEnv === undefined ? undefined : await writeEnv(options.saveEnv, draft, host)
  const instance: InstanceConfig =
    apiKey === undefined ? draft.instance : {...draft.instance, credential: {store: name}}
  const configure = async () =>
    (await updateConfig(userFile(host.env), {edit: (tree) => change(tree, {name, instance, options})}, host.signal))
      .file
  const keeping = {dataFolder: host.homes.data, signal: host.signal}
  const store = async () => (apiKey === undefined ? undefined : (await storeCredential(name, apiKey, keeping)).place)
  const env = written && {envFile: written.file, warning: written.warning}
  if (options.replaces === undefined) {
    const file = await configure()
    const keyStore = await store().catch(async (error: unknown) => {
      await forget(name, host)
      throw error
    })
    return {file, ...(keyStore !== undefined && {keyStore}), ...env}
  }
  const keyStore = await store()
  const file = await configure()
  const before = options.replaces.credential
  if (before && 'store' in before && !(instance.credential && 'store' in instance.credential))
    await removeCredential(before.store, keeping)
  return {file, ...(keyStore !== undefined && {keyStore}), ...env}
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
