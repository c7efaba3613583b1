import type {Credential} from 'vibe-plugin-api'
import {checkApiKey} from '../config/api-key.ts'
import type {CredentialReference} from '../config/values.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {Environment} from '../paths.ts'
import {fileCredentialStore} from './credential-store.ts'

export {maskKey} from '../config/secrets.ts'

export type CredentialRequest = {
  reference: CredentialReference
  /** The configured provider it is for, to name it in messages. */
  instance?: string
  env: Environment
  dataFolder: string
  signal: AbortSignal
}

/**
 * Reads the key that a reference leads to.
 * @throws VibeError `auth-missing` or `key-invalid` (exit 4) that says where a key was looked for, never what was found
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
    const store = fileCredentialStore(request.dataFolder)
    return apiKey(request, {
      text: await store.get(reference.store),
      origin: store.place,
      absent: `no key is stored for "${reference.store}" in ${store.place}`,
    })
  }
  return fromCommand(request, reference.command)
}

/** Keeps a key under a name; the configuration then refers to it as `{"store": NAME}`. @throws VibeError for what is no key */
export async function storeCredential(
  name: string,
  key: string,
  options: {dataFolder: string; signal: AbortSignal},
): Promise<{place: string; keptCopy?: string}> {
  const store = fileCredentialStore(options.dataFolder)
  const keptCopy = await store.set(name, checkApiKey(key), options.signal)
  return {place: store.place, ...(keptCopy === undefined ? {} : {keptCopy})}
}

/** @returns whether there was a key of that name */
export async function removeCredential(
  name: string,
  options: {dataFolder: string; signal: AbortSignal},
): Promise<boolean> {
  return fileCredentialStore(options.dataFolder).remove(name, options.signal)
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
