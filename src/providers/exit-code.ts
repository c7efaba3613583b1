import type {ProviderError, ProviderErrorCode} from 'vibe-plugin-api'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {isLocalAddress} from '../addresses.ts'
import {isRefused} from './refused.ts'
import type {ResolvedInstance} from './types.ts'

const EXITS: Record<ProviderErrorCode, ExitCode> = {
  'auth-missing': ExitCode.authentication,
  'auth-invalid': ExitCode.authentication,
  'auth-expired': ExitCode.authentication,
  'permission-denied': ExitCode.authentication,
  'model-not-found': ExitCode.notSetUp,
  'invalid-request': ExitCode.notSetUp,
  unsupported: ExitCode.notSetUp,
  'context-overflow': ExitCode.limit,
  'content-blocked': ExitCode.unreachable,
  'rate-limited': ExitCode.unreachable,
  'quota-exhausted': ExitCode.unreachable,
  overloaded: ExitCode.unreachable,
  'server-error': ExitCode.unreachable,
  network: ExitCode.unreachable,
  tls: ExitCode.unreachable,
  timeout: ExitCode.unreachable,
  'stream-interrupted': ExitCode.unreachable,
  'bad-response': ExitCode.unreachable,
  aborted: ExitCode.interrupted,
  unknown: ExitCode.unreachable,
}

export function exitForProviderError(error: Pick<ProviderError, 'code'>): ExitCode {
  return entryOf(EXITS, error.code) ?? ExitCode.unreachable
}

/** A plugin built against a newer contract may know more codes, and any text may come out of a careless one. */
function entryOf<T>(table: Partial<Record<ProviderErrorCode, T>>, code: ProviderErrorCode): T | undefined {
  return Object.hasOwn(table, code) ? table[code] : undefined
}

export type ProviderFailure = {code: string; message: string; origin: string; hint: string}

type Place = {
  instance: Pick<ResolvedInstance, 'name' | 'endpoint' | 'model'> & {entry: {manifest: {name: string; id: string}}}
  /** Where the key came from, in words without the key: "ANTHROPIC_API_KEY", "the key store". */
  keyOrigin?: string
}

/** A provider's failure as a person wants to read it: the service, what happened, where the key came from, what mends it. */
export function describeProviderError(error: ProviderError, {instance, keyOrigin}: Place): ProviderFailure {
  const authentication = exitForProviderError(error) === ExitCode.authentication
  const key = authentication && keyOrigin ? `; the key is from ${keyOrigin}` : ''
  const own = ownFailure(error)
  return {
    code: error.code,
    message: own?.message ?? messageOf(error, instance),
    origin: `provider ${instance.name} at ${withoutSecrets(instance.endpoint)}${key}`,
    hint: own?.hint ?? hintOf(error, instance),
  }
}

/** What vibe itself said when the provider asked it for the key; nobody knows better. */
function ownFailure({code, cause}: ProviderError): VibeError | undefined {
  return code === 'auth-missing' && cause instanceof VibeError ? cause : undefined
}

type Instance = Place['instance']

function messageOf(error: ProviderError, instance: Instance): string {
  const service = instance.entry.manifest.name
  const status = error.status === undefined ? '' : ` (${error.status})`
  if (error.code === 'network' && isRefused(error))
    return `Nothing answers at ${withoutSecrets(instance.endpoint)} (connection refused).`
  const lead = entryOf(LEADS, error.code)
  if (!lead) return error.message
  const sentence = `${service} ${lead}${status}.`
  return error.message === '' || error.message === sentence ? sentence : `${sentence} ${error.message}`
}

/** Where a plugin's own sentence needs the service's name in front of it; the other codes speak for themselves. */
const LEADS: Partial<Record<ProviderErrorCode, string>> = {
  'auth-missing': 'needs a key',
  'auth-invalid': 'refused the key',
  'auth-expired': 'says that the key has expired',
  'permission-denied': 'does not let this key do that',
  'quota-exhausted': 'says that the credit or quota is used up',
  'rate-limited': 'asks for fewer requests',
  overloaded: 'is overloaded',
  'server-error': 'failed',
  'content-blocked': 'declined to answer this',
}

function hintOf(error: ProviderError, instance: Instance): string {
  const own = error.hint
  if (exitForProviderError(error) === ExitCode.authentication && error.code !== 'permission-denied')
    return keyHint(instance)
  if (error.code === 'network' && isRefused(error) && isLocalEndpoint(instance.endpoint)) return startHint(instance)
  return own ?? entryOf(HINTS, error.code)?.(instance.name) ?? `See what works: vibe provider:test ${instance.name}`
}

const START_COMMANDS: ReadonlyMap<string, string> = new Map([
  ['ollama', 'ollama serve'],
  ['lmstudio', 'lms server start'],
])

/** The instance called "env" is made of variables; there is nothing to update. */
function keyHint({name}: Instance): string {
  return name === 'env'
    ? 'Set VIBE_CODER_API_KEY to a valid key.'
    : `Set a new key: vibe provider:update ${name} --key-stdin`
}

function startHint({entry, name}: Instance): string {
  const start = START_COMMANDS.get(entry.manifest.id)
  if (start) return `${entry.manifest.name} does not seem to run. Start it with: ${start}`
  const change = name === 'env' ? 'set VIBE_CODER_ENDPOINT' : `vibe provider:update ${name} --endpoint URL`
  return `Is the server running? Start it, or change the address: ${change}`
}

const HINTS: Partial<Record<ProviderErrorCode, (name: string) => string>> = {
  'permission-denied': (name) =>
    `Use a key of an account that may use this model: vibe provider:update ${name} --key-stdin`,
  'model-not-found': (name) => `See which models there are: vibe model:list ${name}`,
  'invalid-request': (name) => `Check the settings: vibe provider:show ${name}`,
  unsupported: (name) => `Use another model: vibe model:list ${name}`,
  'context-overflow': () => 'Start a new session or name fewer files.',
  'quota-exhausted': () => 'Add credit with the service, or use another provider: vibe provider:use NAME',
  'rate-limited': () => 'Wait a little, or use another provider: vibe provider:use NAME',
  overloaded: () => 'Wait a little, or use another provider: vibe provider:use NAME',
  network: (name) => `Check the connection and the address: vibe provider:test ${name}`,
  tls: () => 'If your network has its own certificate authority, name its file in NODE_EXTRA_CA_CERTS.',
  'content-blocked': () => 'Ask in other words, or use another model.',
  'stream-interrupted': () => 'Ask again; what came so far is kept.',
  aborted: () => 'Ask again when you like.',
}

function isLocalEndpoint(endpoint: string): boolean {
  return URL.canParse(endpoint) && isLocalAddress(new URL(endpoint).hostname)
}

/** Some people put a password or a key into the address. */
function withoutSecrets(endpoint: string): string {
  if (!URL.canParse(endpoint)) return endpoint
  const url = new URL(endpoint)
  if (url.username === '' && url.password === '' && url.search === '') return endpoint
  return `${url.origin}${url.pathname}`.replace(/\/$/, '')
}
