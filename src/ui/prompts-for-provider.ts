import {checkApiKey} from '../config/api-key.ts'
import {checkEndpoint} from '../config/endpoint.ts'
import {VibeError} from '../errors.ts'
import type {AddHost, DraftRequest, KeySource} from '../providers/draft.ts'
import type {ProviderManifest} from '../providers/types.ts'
import {confirm, input, secret} from './prompts.ts'

type Place = Pick<AddHost, 'registry'> & {write: (text: string) => void}

/** Asks for the key of a provider; a local address, and a service that may do without one, is first asked whether. */
export async function askKey(request: DraftRequest, place: Place): Promise<KeySource> {
  const {manifest} = place.registry.get(request.type)
  const optional = manifest.auth.some(
    (method) => method.kind === 'none' || (method.kind === 'api-key' && method.optional === true),
  )
  const local = request.endpoint !== undefined && checkEndpoint(request.endpoint, {insecure: true}).local
  if ((optional || local) && !(await confirm('Does it need a key?', !local))) return {kind: 'none'}
  return askKeyItself(request, place)
}

/** Asks for a key, masked, and cleans what was pasted. */
export async function askKeyItself(request: DraftRequest, {registry, write}: Place): Promise<KeySource> {
  const {manifest} = registry.get(request.type)
  const method = manifest.auth.find((candidate) => candidate.kind === 'api-key')
  if (method?.getKeyUrl !== undefined && request.endpoint === undefined)
    write(`  A key is made at ${method.getKeyUrl}\n`)
  return {kind: 'value', value: await secret(`${method?.label ?? 'API key'} (hidden)`, checkedKey)}
}

/** Asks for the address of a service that everybody has under one of their own. */
export async function askEndpoint({endpoint}: ProviderManifest): Promise<Pick<DraftRequest, 'endpoint'>> {
  const like = endpoint.local ? 'https://host/v1' : endpoint.default
  return {endpoint: await input(`Address (like ${like})`, {check: (text) => problemOf(() => checkEndpoint(text))})}
}

/** The key, cleaned of what was pasted along, or what is wrong with it. */
export function checkedKey(text: string): {value: string} | {problem: string} {
  const problem = problemOf(() => checkApiKey(text))
  return problem === undefined ? {value: checkApiKey(text)} : {problem}
}

function problemOf(check: () => unknown): string | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (!(error instanceof VibeError)) throw error
    return `${error.message}.${error.hint === undefined ? '' : ` ${error.hint}.`}`
  }
}
