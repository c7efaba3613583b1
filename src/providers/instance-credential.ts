import type {Credential} from 'vibe-plugin-api'
import {checkApiKey} from '../config/api-key.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {CredentialReference} from '../config/values.ts'
import type {Environment} from '../paths.ts'
import {resolveCredential} from './credentials.ts'
import {withheldSentence} from './reserved-variables.ts'
import type {NamedInstance, ProviderEntry, ProviderManifest} from './types.ts'

type Place = {
  named: NamedInstance
  entry: ProviderEntry & {manifest: ProviderManifest}
  endpoint: string
  local: boolean
  /** Whether a key found under the service's usual variable may go to this endpoint. */
  keysMayGo: boolean
  env: Environment
  dataFolder: string
}

/**
 * A function that finds the key when it is called: the instance's own reference, then the service's usual variable, then
 * none where none is needed.
 */
export function credentialReader(place: Place): (signal: AbortSignal) => Promise<Credential> {
  let remembered: Credential | undefined
  return async (signal) => {
    const {named, env, dataFolder} = place
    if (named.apiKey !== undefined) return {kind: 'api-key', value: named.apiKey}
    const reference = named.instance.credential
    if (reference === undefined) return usualKey(place) ?? withoutKey(place)
    if (remembered) return remembered
    const credential = await resolveCredential({reference, instance: named.name, env, dataFolder, signal})
    // Asking the keychain takes a process, and perhaps a person.
    if (inKeychain(reference)) remembered = credential
    return credential
  }
}

function inKeychain(reference: CredentialReference): boolean {
  return 'store' in reference && reference.in === 'keychain'
}

/** The variables a manifest names for its key, in order. */
export function keyVariables(manifest: ProviderManifest): string[] {
  return manifest.auth.flatMap((method) => (method.kind === 'api-key' ? method.env : []))
}

function usualKey({entry, env, keysMayGo}: Place): Credential | undefined {
  const variable = keysMayGo ? keyVariables(entry.manifest).find((name) => env[name]?.trim()) : undefined
  if (variable === undefined) return undefined
  try {
    return {kind: 'api-key', value: checkApiKey(env[variable] ?? '')}
  } catch (error) {
    if (!(error instanceof VibeError)) throw error
    throw new VibeError({
      code: error.code,
      message: error.message,
      origin: variable,
      exit: error.exit,
      ...(error.hint !== undefined && {hint: error.hint}),
    })
  }
}

function withoutKey({named, entry, endpoint, local, env}: Place): Credential {
  const {auth} = entry.manifest
  if (auth.some((method) => method.kind === 'ambient' && method.env.some((name) => env[name]))) return {kind: 'ambient'}
  if (local || auth.some((method) => method.kind === 'none' || (method.kind === 'api-key' && method.optional === true)))
    return {kind: 'none'}
  if (auth.some((method) => method.kind === 'ambient')) return {kind: 'ambient'}
  const variables = keyVariables(entry.manifest)
  const looked = variables.length > 0 ? `; looked for ${variables.join(', ')}` : ''
  const byEnvironment = named.name === 'env'
  const withheld = withheldSentence(entry)
  throw new VibeError({
    code: 'key-missing',
    message: `There is no key for ${named.name} (${entry.manifest.name}).${withheld === undefined ? '' : ` ${withheld}.`}`,
    origin: `${endpoint}${looked}`,
    hint: byEnvironment
      ? 'set VIBE_CODER_API_KEY'
      : `vibe provider:update ${named.name} --key-stdin   or   --key-env VARIABLE`,
    exit: ExitCode.authentication,
  })
}
