import {
  createProviderPackage,
  type CreatedProvider,
  type CreatePlace,
  type CreateRequest,
} from '../providers/scaffold/create-package.ts'
import {packageNameOf} from '../providers/scaffold/package-name.ts'
import {
  addressOf,
  exampleEndpoint,
  PROTOCOLS,
  shout,
  type ProviderKind,
} from '../providers/scaffold/scaffold-manifest.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {canAsk, input, select} from './prompts.ts'

export type PartialCreate = Partial<CreateRequest>

const WORDS: Readonly<Record<string, string>> = {
  'openai-chat': '/chat/completions, like OpenAI and most others',
  'openai-responses': '/responses, newer at OpenAI',
  'anthropic-messages': '/v1/messages, like Anthropic',
  ollama: '/api/chat, like Ollama',
}

/**
 * Creates a provider package; what the flags left open is asked in a terminal and has a default without one.
 * @param ask false: never asks, also in a terminal
 * @throws VibeError `name-missing` (exit 2) when there is no name and nobody to ask
 */
export async function createWithQuestions(
  partial: PartialCreate,
  ask: boolean,
  place: CreatePlace,
): Promise<CreatedProvider> {
  const request = ask && canAsk() ? await completed(partial) : complete(partial)
  return createProviderPackage(request, place)
}

function complete({name, kind = {protocol: 'openai-chat'}, ...rest}: PartialCreate): CreateRequest {
  if (name !== undefined) return {...rest, name, kind}
  throw new VibeError({
    code: 'name-missing',
    message: 'Missing: NAME',
    hint: 'vibe provider:create NAME [--protocol PROTOCOL | --code] [--dir FOLDER]',
    exit: ExitCode.usage,
  })
}

async function completed(partial: PartialCreate): Promise<CreateRequest> {
  const name = partial.name ?? (await input('Name of the provider', {check: complaintOf(packageNameOf)}))
  const {id} = packageNameOf(name)
  const kind = partial.kind ?? (await askKind())
  const isOllama = kind !== 'code' && kind.protocol === 'ollama'
  const endpoint = partial.endpoint ?? (isOllama ? undefined : await askEndpoint(id, kind))
  const keyVariable = partial.keyVariable ?? (isOllama ? undefined : await askVariable(id, endpoint))
  return {
    ...partial,
    name,
    kind,
    ...(endpoint !== undefined && {endpoint}),
    ...(keyVariable !== undefined && {keyVariable}),
  }
}

async function askKind(): Promise<ProviderKind> {
  const protocols = PROTOCOLS.map((value) => ({value: value as string, label: value, hint: WORDS[value] ?? ''}))
  const code = {value: 'code', label: 'code', hint: 'another way: your own code'}
  const chosen = await select('How does the service speak?', [...protocols, code])
  const protocol = PROTOCOLS.find((one) => one === chosen)
  return protocol === undefined ? 'code' : {protocol}
}

function askEndpoint(id: string, kind: ProviderKind): Promise<string> {
  return input('Its address', {initial: exampleEndpoint(id, kind), check: complaintOf(addressOf)})
}

/** A local service seldom has a key. */
async function askVariable(id: string, endpoint: string | undefined): Promise<string | false | undefined> {
  if (endpoint !== undefined && addressOf(endpoint).local) return undefined
  const answer = await input('Variable that holds its key, or none', {
    initial: `${shout(id)}_API_KEY`,
    check: (value) => (/^([A-Z][A-Z0-9_]*|none)$/.test(value) ? undefined : 'Capital letters, digits and _, or none'),
  })
  return answer === 'none' ? false : answer
}

function complaintOf(use: (value: string) => unknown): (value: string) => string | undefined {
  return (value) => {
    try {
      use(value)
      return undefined
    } catch (error) {
      if (error instanceof VibeError) return error.message
      throw error
    }
  }
}
