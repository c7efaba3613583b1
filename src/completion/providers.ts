import type {Facts} from './facts.ts'
import type {Candidate} from './reply.ts'
import {knownProviders} from '../providers/known-providers.ts'
import {recallModels} from '../providers/model-cache.ts'

/** The name under which the environment alone makes a provider. */
const ENVIRONMENT_NAME = 'env'

/** Providers that are set up, by the names they were given. */
export function instanceNames(facts: Facts): Candidate[] {
  const {values, environmentProvider} = facts.config()
  const set = Object.entries(values.providers).map(([value, {type, model}]) => ({
    value,
    description: [type, model, value === values.currentProvider ? 'current' : undefined]
      .filter((part) => part !== undefined)
      .join(', '),
  }))
  return environmentProvider ? [...set, {value: ENVIRONMENT_NAME, description: environmentProvider.endpoint}] : set
}

/** Providers that `--provider` takes: those that are set up, and types that work as they are because their key is there. */
export async function providerNames(facts: Facts): Promise<Candidate[]> {
  const names = instanceNames(facts)
  const types = (await facts.types()).filter(({outline}) =>
    [...(outline?.keyVariables ?? []), ...(outline?.ambientVariables ?? [])].some((name) => facts.place.env[name]),
  )
  return [...names, ...types.map(({id, manifest}) => ({value: id, description: manifest?.name}))]
}

/** Types that can be added. */
export async function typeNames(facts: Facts): Promise<Candidate[]> {
  return (await facts.types()).map(({id, manifest}) => ({
    value: id,
    description: manifest?.description ?? manifest?.name,
  }))
}

/** The same, with those that vibe knows by name and can offer to install. */
export async function knownTypes(facts: Facts): Promise<Candidate[]> {
  const installed = await typeNames(facts)
  const others = knownProviders().filter(({id}) => !installed.some(({value}) => value === id))
  return [
    ...installed,
    ...others.map(({id, description}) => ({value: id, description: `${description} (not installed)`})),
  ]
}

/** Packages that `plugins:install` may be asked for. */
export function knownPackages(): Candidate[] {
  return [...new Set(knownProviders().map((known) => known.package))].map((value) => ({value}))
}

/**
 * Model ids: what the configuration names, what the service listed when it was last asked, and the catalogue.
 * @param wanted a provider's name or a type; undefined for the current provider, with "name/model" for the others
 */
export async function modelIds(facts: Facts, wanted: {name?: string; type?: string}): Promise<Candidate[]> {
  const {values, environmentProvider} = facts.config()
  const names = Object.keys(values.providers)
  const current =
    values.currentProvider ?? (environmentProvider ? ENVIRONMENT_NAME : names.length === 1 ? names[0] : undefined)
  const name = wanted.name ?? (wanted.type === undefined ? current : undefined)
  const configured = name !== undefined && Object.hasOwn(values.providers, name) ? values.providers[name] : undefined
  const listed = name === undefined ? [] : recallModels(facts.homes.cache, name)
  const general =
    wanted.name === undefined && wanted.type === undefined
      ? [values.defaultModel, values.editorModel, values.smallModel]
      : []
  const own = [configured?.model, ...general, ...Object.values(values.profiles).map(({model}) => model)]
  const others = wanted.name === undefined && wanted.type === undefined ? otherModels(facts, name) : []
  return [
    ...own.flatMap((value) => (value === undefined ? [] : [{value, description: 'configured'}])),
    ...listed.map(({id, name: title}) => ({value: id, ...(title !== undefined && {description: title})})),
    ...(await catalogue(facts, configured?.type ?? wanted.type ?? name)),
    ...others,
  ]
}

function otherModels(facts: Facts, current: string | undefined): Candidate[] {
  return Object.entries(facts.config().values.providers).flatMap(([name, {model, type}]) =>
    name === current || model === undefined ? [] : [{value: `${name}/${model}`, description: type}],
  )
}

async function catalogue(facts: Facts, type: string | undefined): Promise<Candidate[]> {
  const known = (await facts.types()).find(({id}) => id === type)?.manifest?.models.catalog ?? []
  return known
    .filter(({kind}) => kind === 'chat')
    .map(({id, name}) => ({value: id, ...(name !== undefined && {description: name})}))
}

/** `NAME=` of a type's settings, and their values once the name is there. */
export async function settingPairs(facts: Facts, type: string | undefined, current: string): Promise<Candidate[]> {
  const properties = (await facts.types()).find(({id}) => id === type)?.manifest?.settings.properties ?? {}
  return Object.entries(properties).flatMap(([name, {description, enum: options, type: kind}]) => {
    if (!current.startsWith(`${name}=`)) return [{value: `${name}=`, description}]
    const values = options ?? (kind === 'boolean' ? ['true', 'false'] : [])
    return values.map((value) => ({value: `${name}=${value}`}))
  })
}
