import type {Protocol} from 'vibe-plugin-api'
import {isLocalAddress} from '../../addresses.ts'
import {VibeError} from '../../errors.ts'
import {ExitCode} from '../../exit-codes.ts'
import {manifestProblems} from '../manifest-check.ts'
import type {AuthMethod, ProviderManifest} from '../types.ts'

/** How the provider speaks: a known protocol through a plugin that speaks it, or its own code. */
export type ProviderKind = {protocol: Protocol} | 'code'

export const PROTOCOLS: readonly Protocol[] = ['openai-chat', 'openai-responses', 'anthropic-messages', 'ollama']

export type ManifestRequest = {
  id: string
  kind: ProviderKind
  endpoint?: string
  /** The variable that holds the key; false when the service needs none. */
  keyVariable?: string | false
  model?: string
}

const VARIABLE = /^[A-Z][A-Z0-9_]*$/

/**
 * The manifest of a new provider, as its author goes on with it. Without an address it names one that does not exist.
 * @throws VibeError (exit 2) that names the flag whose value does not fit
 */
export function scaffoldManifest({id, kind, endpoint, keyVariable, model}: ManifestRequest): object {
  const address = addressOf(endpoint ?? exampleEndpoint(id, kind))
  if (typeof keyVariable === 'string') refuseVariable(keyVariable)
  const manifest = {
    apiVersion: 1,
    id,
    name: titleOf(id),
    description: `Models of ${titleOf(id)}`,
    ...(kind === 'code'
      ? {entry: {module: './src/index.js', export: 'createProvider', implements: ['openai-chat']}}
      : {protocol: kind.protocol}),
    endpoint: {default: address.text, env: [`${shout(id)}_BASE_URL`], ...(address.local && {local: true})},
    auth: authOf({id, keyVariable, local: address.local}),
    capabilities: {
      chat: 'yes',
      streaming: 'yes',
      tools: 'model',
      vision: 'model',
      reasoning: 'model',
      embeddings: 'no',
      modelListing: 'yes',
      tokenCounting: 'no',
    },
    settings: {type: 'object', additionalProperties: false, properties: {}},
    models: {source: 'live', ...(model !== undefined && model !== '' && {default: model})},
  }
  refuseProblems(manifest)
  return manifest
}

/** Where a service of this kind would be: Ollama on this computer, any other at an address that nobody has. */
export function exampleEndpoint(id: string, kind: ProviderKind): string {
  const protocol = kind === 'code' ? undefined : kind.protocol
  if (protocol === 'ollama') return 'http://127.0.0.1:11434'
  return `https://api.${id}.example${protocol === 'anthropic-messages' ? '' : '/v1'}`
}

/** MY_SERVICE for "my-service". */
export function shout(id: string): string {
  return id.toUpperCase().replaceAll('-', '_')
}

/** "My service" for "my-service". */
export function titleOf(id: string): string {
  const words = id.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export function isProtocol(word: string): word is Protocol {
  return (PROTOCOLS as readonly string[]).includes(word)
}

type Auth = {id: string; keyVariable: string | false | undefined; local: boolean}

function authOf({id, keyVariable, local}: Auth): AuthMethod[] {
  if (keyVariable === false) return [{kind: 'none'}]
  if (keyVariable !== undefined) return [{kind: 'api-key', env: [keyVariable]}]
  const variable = `${shout(id)}_API_KEY`
  return local
    ? [{kind: 'none'}, {kind: 'api-key', env: [variable], optional: true}]
    : [{kind: 'api-key', env: [variable]}]
}

/**
 * @returns the address as a manifest holds it, and whether it is on this machine or a private network
 * @throws VibeError `endpoint-invalid` (exit 2)
 */
export function addressOf(typed: string): {text: string; local: boolean} {
  const text = typed.trim().replace(/\/+$/, '')
  const wrong = (why: string) => usage('endpoint-invalid', `--endpoint ${why}: ${printable(typed)}`)
  if (!URL.canParse(text)) throw wrong('must be an address like https://api.example.com/v1')
  const {protocol, hostname, username, password, search, hash} = new URL(text)
  if (protocol !== 'https:' && protocol !== 'http:') throw wrong('must begin with https:// or http://')
  if (username !== '' || password !== '') throw usage('endpoint-invalid', '--endpoint must not hold a key or password')
  if (search !== '' || hash !== '') throw wrong('must not have a query')
  const local = isLocalAddress(hostname)
  if (protocol === 'http:' && !local) throw wrong('must begin with https:// unless it is local')
  return {text, local}
}

function refuseVariable(name: string): void {
  if (!VARIABLE.test(name))
    throw usage('variable-invalid', `--key-env must be the name of a variable, like ACME_API_KEY: ${printable(name)}`)
  if (name.startsWith('VIBE_CODER_'))
    throw usage('variable-invalid', `--key-env ${name}: variables that begin with VIBE_CODER_ belong to vibe`)
}

/** What the checks above let through and the manifest's schema does not. */
function refuseProblems(manifest: object): void {
  const [first] = manifestProblems(manifest as ProviderManifest, 'strict')
  if (first !== undefined) throw usage('manifest-invalid', `The manifest would not be valid: ${first}`)
}

function usage(code: string, message: string): VibeError {
  return new VibeError({code, message, hint: 'vibe help provider:create', exit: ExitCode.usage})
}

function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '?').slice(0, 120)
}
