import type {Credential} from 'vibe-plugin-api'
import {checkApiKey} from '../config/api-key.ts'
import type {CredentialReference, StoreChoice, StoreReference} from '../config/values.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {Environment} from '../paths.ts'
import {fileCredentialStore, type CredentialStore} from './credential-store.ts'
import type {KeychainPlace} from './keychain.ts'

export {maskKey} from '../config/secrets.ts'

export type CredentialRequest = {
  reference: CredentialReference
  /** The configured provider it is for, to name it in messages. */
  instance?: string
} & StorePlace

/** What a store needs to be found. */
export type StorePlace = {
  env: Environment
  dataFolder: string
  signal: AbortSignal
  /** Another system, library or timer than the usual ones. */
  keychain?: Pick<KeychainPlace, 'platform' | 'library' | 'timeoutMs'>
}

export type StoredKey = {
  /** What the configuration has to say about it. */
  reference: StoreReference
  place: string
  /** Why the keychain was not used, when it was meant to be. */
  note?: string
  /** The copy of a file that could not be read. */
  keptCopy?: string
}

/**
 * Reads the key that a reference leads to.
 * @throws VibeError `auth-missing`, `key-invalid` or `keychain-failed` (exit 4) that says where a key was looked for, never what was found
 */
export async function resolveCredential(request: CredentialRequest): Promise<Credential> {
  const {reference, env} = request
  if ('none' in reference) return {kind: 'none'}
  if ('env' in reference)
    return apiKey(request, {
      text: env[reference.env],
      origin: reference.env,
      absent: `the variable ${reference.env} is not set`,
    })
  if ('store' in reference) {
    const store = await openStore(reference, request)
    return apiKey(request, {
      text: await store.get(reference.store, request.signal),
      origin: store.place,
      absent: `no key is stored for "${reference.store}" in ${store.place}`,
    })
  }
  return fromCommand(request, reference.command)
}

/**
 * Keeps a key under a name, in the keychain where there is one that works, else in our own file.
 * @throws VibeError for what is no key, and `keychain-failed` (exit 4) when nothing but the keychain is wanted
 */
export async function storeCredential(
  name: string,
  key: string,
  place: StorePlace & {prefer: StoreChoice},
): Promise<StoredKey> {
  const checked = checkApiKey(key)
  if (place.prefer === 'file') return storeInFile(name, checked, place)
  const reference: StoreReference = {store: name, in: 'keychain'}
  const keychain = await openStore(reference, place)
  try {
    await keychain.set(name, checked, place.signal)
    return {reference, place: keychain.place}
  } catch (error) {
    if (!isKeychainFailure(error)) throw error
    if (place.prefer === 'keychain') throw withHint(error, 'vibe config:set credentialStore auto')
    return {...(await storeInFile(name, checked, place)), note: `${error.message}.`}
  }
}

/**
 * @returns whether there was such a key
 * @throws VibeError `keychain-failed` (exit 4) when the keychain cannot be asked
 */
export async function removeCredential(reference: StoreReference, place: StorePlace): Promise<boolean> {
  return (await openStore(reference, place)).remove(reference.store, place.signal)
}

export function isKeychainFailure(error: unknown): error is VibeError {
  return error instanceof VibeError && error.code === 'keychain-failed'
}

async function storeInFile(name: string, key: string, {dataFolder, signal}: StorePlace): Promise<StoredKey> {
  const store = fileCredentialStore(dataFolder)
  const keptCopy = await store.set(name, key, signal)
  return {reference: {store: name}, place: store.place, ...(keptCopy === undefined ? {} : {keptCopy})}
}

/** The keychain's part of vibe is loaded only for a key that is in it or shall be. */
async function openStore(reference: StoreReference, place: StorePlace): Promise<CredentialStore> {
  if (reference.in === undefined) return fileCredentialStore(place.dataFolder)
  const {keychainStore} = await import('./keychain.ts')
  return keychainStore({dataFolder: place.dataFolder, env: place.env, ...place.keychain})
}

function withHint(error: VibeError, hint: string): VibeError {
  return new VibeError({
    code: error.code,
    message: error.message,
    exit: error.exit,
    hint,
    ...(error.origin !== undefined && {origin: error.origin}),
  })
}

async function fromCommand(request: CredentialRequest, command: string[]): Promise<Credential> {
  const {runCredentialCommand} = await import('./credential-command.ts')
  const outcome = await runCredentialCommand(command, request)
  const origin = `command "${command[0] ?? ''}"`
  if ('reason' in outcome) throw missing(request, {origin, absent: `the ${origin} gave none: ${outcome.reason}`})
  // Password managers print the password first and notes below it.
  const line = outcome.output.split(/\r?\n/).find((each) => each.trim() !== '')
  return apiKey(request, {text: line, origin, absent: `the ${origin} printed nothing`})
}

type Finding = {text: string | undefined; origin: string; absent: string}

function apiKey(request: CredentialRequest, {text, origin, absent}: Finding): Credential {
  if (text === undefined || text.trim() === '') throw missing(request, {origin, absent})
  try {
    return {kind: 'api-key', value: checkApiKey(text)}
  } catch (error) {
    if (!(error instanceof VibeError)) throw error
    throw new VibeError({
      code: error.code,
      message: `${error.message} (from ${origin})`,
      origin,
      hint: hintFor(request),
      exit: error.exit,
    })
  }
}

function missing(request: CredentialRequest, {origin, absent}: {origin: string; absent: string}): VibeError {
  const whose = request.instance === undefined ? '' : ` for ${request.instance}`
  return new VibeError({
    code: 'auth-missing',
    message: `There is no key${whose}: ${absent}`,
    origin,
    hint: hintFor(request),
    exit: ExitCode.authentication,
  })
}

function hintFor({instance, reference}: CredentialRequest): string {
  const store = `vibe provider:update ${instance ?? 'NAME'} --key-stdin`
  return 'env' in reference ? `export ${reference.env}=…, or ${store}` : store
}
