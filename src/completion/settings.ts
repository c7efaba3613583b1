import {configKeys, findKey, splitKey} from '../config/keys.ts'
import {configSchema} from '../config/published-schema.ts'
import type {Facts} from './facts.ts'
import {instanceNames, modelIds, typeNames} from './providers.ts'
import type {Candidate} from './reply.ts'

type Names = (facts: Facts) => string[]

/** The names that stand for a `*`, by what stands before it. */
const OWN_NAMES: Record<string, Names> = {
  providers: (facts) => Object.keys(facts.config().values.providers),
  profiles: (facts) => Object.keys(facts.config().values.profiles),
  customHeaders: (facts) => Object.keys(facts.config().values.customHeaders),
  'plugins.prefer': (facts) => Object.keys(facts.config().values.plugins.prefer),
}

/** Every key of the configuration, with the user's own names where a key has any, and what each means. */
export function settingKeys(facts: Facts): Candidate[] {
  return configKeys.flatMap(({key}) => expanded(key, facts).map((value) => described(value, key)))
}

function expanded(key: string, facts: Facts): string[] {
  const star = key.indexOf('.*')
  if (star === -1) return [key]
  const before = key.slice(0, star)
  const after = key.slice(star + 2)
  const kind = before.replace(/^providers\..*\.(headers|settings)$/, '$1')
  const names = OWN_NAMES[kind]?.(facts) ?? []
  const open = after === '' ? [`${before}.`] : []
  return [...names.flatMap((name) => expanded(`${before}.${name}${after}`, facts)), ...open]
}

function described(value: string, key: string): Candidate {
  const description = descriptionOf(key)
  return {value, ...(description !== undefined && {description})}
}

/** What the schema says about a key; `*` is whatever a group holds. */
function descriptionOf(key: string): string | undefined {
  let at: Json = configSchema
  for (const part of key.split('.'))
    at = follow(objectOf(part === '*' ? at['additionalProperties'] : objectOf(at['properties'])[part]))
  return typeof at['description'] === 'string' ? at['description'] : undefined
}

type Json = Readonly<Record<string, unknown>>

function follow(node: Json): Json {
  const reference = /^#\/definitions\/(\w+)$/.exec(typeof node['$ref'] === 'string' ? node['$ref'] : '')?.[1]
  const target = reference === undefined ? {} : objectOf(objectOf(configSchema['definitions'])[reference])
  return {...target, ...node}
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}

/** What a setting can be, as far as that can be listed. */
export async function settingValues(facts: Facts, key: string): Promise<Candidate[]> {
  const path = splitKey(key)
  const last = path.at(-1)
  const named = path[0] === 'providers' || path[0] === 'profiles'
  if (key === 'currentProvider' || (path[0] === 'profiles' && last === 'provider')) return instanceNames(facts)
  if (key === 'profile') return Object.keys(facts.config().values.profiles).map((value) => ({value}))
  if (named && last === 'type') return typeNames(facts)
  if (named && last === 'model') return modelIds(facts, path[0] === 'providers' ? {name: path[1] ?? ''} : {})
  if (['defaultModel', 'editorModel', 'smallModel'].includes(key)) return modelIds(facts, {})
  if (path[0] === 'plugins' && path[1] === 'prefer') return facts.plugins().map(({name}) => ({value: name}))
  return fixedValues(path, key)
}

function fixedValues(path: readonly string[], key: string): Candidate[] {
  const node = follow(objectOf(objectOf(configSchema['properties'])[key]))
  const options = Array.isArray(node['enum']) ? node['enum'] : []
  if (options.length > 0) return options.map((value) => ({value: String(value)}))
  return findKey(path)?.type === 'boolean' ? [{value: 'true'}, {value: 'false'}] : []
}
