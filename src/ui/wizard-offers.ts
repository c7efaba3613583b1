import type {AddHost, DraftRequest} from '../providers/draft.ts'
import {findKeys, type FoundServer} from '../providers/detect.ts'
import {knownProvider, knownProviders, type KnownProvider} from '../providers/known-providers.ts'
import {missingFlags} from '../providers/provider-needs.ts'
import {offeredTypes, type InstalledType} from './offer-types.ts'

/** What the first question offers: enough to draft a provider, but for what still has to be asked. */
export type Offer = {
  label: string
  hint: string
  request: DraftRequest
  ask: {address: boolean; key: boolean}
  /** A package that has to be installed first. */
  needs?: KnownProvider
  /** What serves as well when that is declined. */
  instead?: DraftRequest
  also?: readonly string[]
}

const NOTHING = {address: false, key: false}
const SERVER_NAMES = {ollama: 'Ollama', 'lm-studio': 'LM Studio', local: 'Local server'} as const
const SERVER_TYPES = {ollama: 'ollama', 'lm-studio': 'lmstudio', local: undefined} as const

/**
 * What can be set up, the likeliest first: keys that are here, servers that run here, what is installed, services that
 * come with vibe, what could be installed, and any other address.
 */
export function offersFrom(host: AddHost, servers: readonly FoundServer[]): Offer[] {
  const {installed, services, installable} = offeredTypes(host.registry)
  const types = [...installed, ...services].filter(({id}) => id !== 'openai-compatible')
  const keys = findKeys(host.env, host.registry).flatMap(({type, providerName, variable, masked}): Offer[] => {
    const entry = types.find(({id}) => id === type)
    const request: DraftRequest = {name: type, type, key: {kind: 'env', variable}}
    const hint = `key found in ${variable} (${masked})`
    return entry ? [{label: providerName, hint, request, ask: {...NOTHING, address: wantsAddress(entry, host)}}] : []
  })
  const found = new Set(keys.map(({request}) => request.type))
  const rest = types.filter(({id}) => !found.has(id)).map((entry) => fromType(entry, host))
  const offered = servers.map((server) => fromServer(server, types))
  const running = new Set(offered.map(({needs}) => needs?.id))
  const missing = installable.filter(({id}) => !running.has(id)).map(fromKnown)
  return [...keys, ...offered, ...rest, ...missing, ANOTHER]
}

const ANOTHER: Offer = {
  label: 'Another',
  hint: 'any OpenAI-compatible address',
  request: {name: 'custom', type: 'openai-compatible'},
  ask: {address: true, key: true},
}

function fromType(entry: InstalledType, host: AddHost): Offer {
  const {id, manifest} = entry
  const [first] = manifest.auth
  const key = first?.kind === 'api-key' && first.optional !== true
  return {
    label: manifest.name,
    hint: key ? 'paste a key' : 'no key needed',
    request: {name: id, type: id},
    ask: {address: wantsAddress(entry, host), key: manifest.auth.some(({kind}) => kind === 'api-key')},
    also: alsoOf(id),
  }
}

function fromKnown(known: KnownProvider): Offer {
  const {id, name, package: spec} = known
  const request: DraftRequest = {name: id, type: id}
  return {label: name, hint: `not installed yet: ${spec}`, request, ask: NOTHING, needs: known, also: alsoOf(id)}
}

function fromServer({kind, endpoint, models}: FoundServer, types: readonly InstalledType[]): Offer {
  const own = SERVER_TYPES[kind]
  const isHere = types.some(({id}) => id === own)
  const known = own === undefined || isHere ? undefined : knownProvider(own)
  const compatible: DraftRequest = {
    name: kind,
    type: 'openai-compatible',
    endpoint: endpoint.endsWith('/v1') ? endpoint : `${endpoint}/v1`,
    key: {kind: 'none'},
  }
  const request = own === undefined || !(isHere || known) ? compatible : {...compatible, type: own, endpoint}
  const count = `${models.length} ${models.length === 1 ? 'model' : 'models'}`
  const hint = `running here, ${count}, free${known ? `; best with ${known.package}` : ''}`
  return {
    label: SERVER_NAMES[kind],
    hint,
    request,
    ask: NOTHING,
    ...(known && {needs: known, instead: compatible}),
  }
}

function wantsAddress({id, manifest}: InstalledType, {env}: AddHost): boolean {
  return missingFlags({type: id}, {manifest, env}).some((flag) => flag.startsWith('--endpoint'))
}

function alsoOf(id: string): readonly string[] {
  return knownProviders().find((known) => known.id === id)?.also ?? []
}
