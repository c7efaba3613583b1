import {checkApiKey} from '../config/api-key.ts'
import {checkEndpoint} from '../config/endpoint.ts'
import {VibeError} from '../errors.ts'
import type {AddHost, DraftRequest, KeySource} from '../providers/add-provider.ts'
import {confirm, input, secret} from './prompts.ts'

/**
 * Asks for the key of a provider, masked, and cleans what was pasted; a local address may go without one.
 * @param host writes the line that says where a key is to be had
 */
export async function askKey(request: DraftRequest, {registry, write}: Pick<AddHost, 'registry'> & {write: (text: string) => void}): Promise<KeySource> {
  const {manifest} = registry.get(request.type)
  const method = manifest.auth.find((candidate) => candidate.kind === 'api-key')
  if (request.endpoint !== undefined && checkEndpoint(request.endpoint, {insecure: true}).local && !(await confirm('Does it need a key?'))) {
    return {kind: 'none'}
  }
  if (method?.getKeyUrl !== undefined && request.endpoint === undefined) write(`  A key is made at ${method.getKeyUrl}\n`)
  return {kind: 'value', value: await secret(method?.label ?? 'API key (hidden)', checkedKey)}
}

/** Asks for the address of an OpenAI-compatible service. */
export async function askEndpoint(): Promise<Pick<DraftRequest, 'endpoint'>> {
  return {endpoint: await input('Address (like https://host/v1)', {check: (text) => problemOf(() => checkEndpoint(text))})}
}

function checkedKey(text: string): {value: string} | {problem: string} {
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
