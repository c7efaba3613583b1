import {join} from 'node:path'
import {VibeError} from '../errors.ts'
import type {Environment} from '../paths.ts'
import {checkApiKey} from './api-key.ts'
import {parseDotenv} from './dotenv.ts'
import {checkEndpoint} from './endpoint.ts'
import {configKeys} from './keys.ts'
import type {Layer, Problem} from './layers.ts'
import {parseValue} from './parse-value.ts'
import {readTextFile} from './read.ts'
import {withoutValue, withValue} from './tree.ts'
import type {Tree} from './tree.ts'
import {validateConfig} from './validate.ts'
import type {EnvironmentProvider, Origin} from './values.ts'

/** Variables with their origins: of the process, or of a `.env` file. Only names of ours are ever looked at. */
export type Variables = ReadonlyMap<string, {value: string; origin: Origin}>

const keyVariable = 'VIBE_CODER_API_KEY'
const endpointVariable = 'VIBE_CODER_ENDPOINT'

/** The names that mean something; everything else in a `.env` file is never taken. */
export const variableNames: readonly string[] = [
  ...configKeys.flatMap((info) => info.variable ?? []),
  keyVariable,
  endpointVariable,
]

export function processVariables(env: Environment): Variables {
  return new Map(
    variableNames.flatMap((name) => {
      const value = env[name]
      return value === undefined || value.trim() === ''
        ? []
        : [[name, {value, origin: {layer: 'environment', variable: name}}] as const]
    }),
  )
}

/** The variables of a trusted project's `.env`. Must not be called before trust. */
export function dotenvVariables(root: string): {variables: Variables; problems: Problem[]} {
  const file = join(root, '.env')
  const read = readTextFile(file)
  if (read.state === 'unreadable')
    return {
      variables: new Map(),
      problems: [{origin: {layer: 'dotenv', file}, message: `Nothing of ${file} is used: ${read.reason}`}],
    }
  const lines = read.state === 'absent' ? [] : parseDotenv(read.text)
  const variables = new Map<string, {value: string; origin: Origin}>()
  for (const {name, value, line} of lines) {
    if (variableNames.includes(name) && value.trim() !== '')
      variables.set(name, {value, origin: {layer: 'dotenv', file, line, variable: name}})
  }
  return {variables, problems: []}
}

/** The settings among the variables as a layer; a value that does not fit is set aside and said. */
export function variableLayer(
  kind: 'environment' | 'dotenv',
  variables: Variables,
): {layer: Layer; problems: Problem[]} {
  const problems: Problem[] = []
  let tree: Tree = {}
  for (const info of configKeys) {
    const found = info.variable === undefined ? undefined : variables.get(info.variable)
    if (found === undefined) continue
    const parsed = parseValue(info.type, found.value.trim())
    const reason = 'reason' in parsed ? parsed.reason : checked(info.key, parsed.value)
    if (reason === undefined && 'value' in parsed) tree = withValue(tree, [info.key], parsed.value)
    else problems.push({origin: found.origin, message: `${info.variable ?? info.key} is set aside: ${reason ?? ''}`})
    // A wish to be offline that cannot be read is still a wish to be offline.
    if (reason !== undefined && info.key === 'offlineMode') tree = withValue(tree, [info.key], true)
  }
  if (kind === 'dotenv' && tree['offlineMode'] === false) tree = withoutValue(tree, ['offlineMode'])
  const origin = (path: readonly string[]): Origin => {
    const variable = configKeys.find((info) => info.key === path[0])?.variable
    return (variable === undefined ? undefined : variables.get(variable)?.origin) ?? {layer: kind}
  }
  return {layer: {kind, tree, origin}, problems}
}

function checked(key: string, value: unknown): string | undefined {
  return validateConfig({[key]: value})[0]?.message
}

/**
 * The provider that VIBE_CODER_API_KEY and VIBE_CODER_ENDPOINT make. A key of the process's environment is never sent to an
 * endpoint that a project's `.env` names: that pair was put together by nobody.
 */
export function environmentProvider(
  env: Variables,
  dotenv: Variables,
): {provider?: EnvironmentProvider; problems: Problem[]} {
  const endpoint = env.get(endpointVariable) ?? dotenv.get(endpointVariable)
  const key = env.get(keyVariable) ?? dotenv.get(keyVariable)
  const problems: Problem[] = []
  if (endpoint === undefined && key === undefined) return {problems}
  const fromProject = endpoint?.origin.layer === 'dotenv'
  const usable = fromProject ? dotenv.get(keyVariable) : key
  if (fromProject && env.has(keyVariable)) {
    problems.push({
      origin: endpoint.origin,
      message: `${keyVariable} of the environment is not sent to the endpoint of the project's .env`,
      hint: `Set ${endpointVariable} where ${keyVariable} is set`,
    })
  }
  const apiKey = usable && attempt(() => checkApiKey(usable.value), usable.origin, problems)
  const url = endpoint
    ? attempt(() => checkEndpoint(endpoint.value).url, endpoint.origin, problems)
    : usualEndpoint(apiKey)
  if (url === undefined) {
    if (endpoint === undefined && key !== undefined)
      problems.push({
        origin: key.origin,
        message: `${keyVariable} is set, but nothing says which service it is for`,
        hint: `Set ${endpointVariable} too`,
      })
    return {problems}
  }
  const origin = (endpoint ?? key)?.origin ?? {layer: 'environment'}
  return {provider: {endpoint: url, ...(apiKey === undefined ? {} : {apiKey}), origin}, problems}
}

/** Only beginnings that one service alone uses: a guess would send a key to a stranger. */
function usualEndpoint(apiKey: string | undefined): string | undefined {
  if (apiKey?.startsWith('sk-ant-')) return 'https://api.anthropic.com'
  if (apiKey !== undefined && /^sk-(?:proj|svcacct|admin)-/.test(apiKey)) return 'https://api.openai.com/v1'
  return undefined
}

function attempt<Result>(check: () => Result, origin: Origin, problems: Problem[]): Result | undefined {
  try {
    return check()
  } catch (error) {
    if (!(error instanceof VibeError)) throw error
    problems.push({
      origin,
      message: `${origin.variable ?? 'A value'} is set aside: ${error.message}`,
      ...(error.hint === undefined ? {} : {hint: error.hint}),
    })
    return undefined
  }
}
