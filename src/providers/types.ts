import type {Credential, JsonObject, ModelInfo, Protocol, Provider} from 'vibe-plugin-api'
import type {InstanceConfig, Origin} from '../config/values.ts'
import type {Rung} from './ladder/rungs.ts'

/** What the registry needs of an oclif plugin; a structural part of it, so that this room does not import oclif. */
export type PluginSource = {
  name: string
  version: string
  /** core: shipped with vibe; user: installed by `plugins install`; link: a folder under development. */
  type: string
  root: string
  pjson: unknown
}

export type ProviderState =
  | 'ok'
  | 'manifest-invalid'
  | 'api-unsupported'
  | 'id-conflict'
  | 'id-reserved'
  | 'protocol-missing'
  | 'entry-failed'
  | 'hooks-declared'

export type Support = 'yes' | 'no' | 'model'

export type AuthMethod =
  | {kind: 'none'}
  | {
      kind: 'api-key'
      label?: string
      env: string[]
      header?: string
      scheme?: 'Bearer' | 'Basic' | 'none'
      optional?: boolean
      getKeyUrl?: string
    }
  | {kind: 'oauth-device' | 'oauth-browser'; label?: string}
  | {kind: 'ambient'; label?: string; env: string[]; description?: string}

export type SettingSchema = {
  type: 'string' | 'integer' | 'number' | 'boolean' | 'array'
  title?: string
  description: string
  default?: unknown
  enum?: Array<string | number>
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  items?: {type: 'string'}
  'x-vibe'?: {env?: string; advanced?: boolean; order?: number}
}

export type CatalogModel = ModelInfo & {status?: 'preview' | 'stable' | 'deprecated'}

/** A manifest that passed the schema (`src/schema/provider-manifest.v1.schema.json`, which documents each member). */
export type ProviderManifest = {
  apiVersion: number
  id: string
  name: string
  description?: string
  homepage?: string
  docs?: string
  entry?: {module: string; export?: string; implements?: Protocol[]}
  protocol?: Protocol
  quirks?: string[]
  endpoint: {default: string; env?: string[]; overridable?: boolean; local?: boolean; required?: boolean}
  auth: AuthMethod[]
  capabilities: Record<string, Support>
  settings: {
    type: 'object'
    additionalProperties: false
    required?: string[]
    properties: Record<string, SettingSchema>
  }
  settingsVersion?: number
  models: {
    source: 'catalog' | 'live' | 'both'
    asOf?: string
    default?: string
    defaultSmall?: string
    currency?: 'USD'
    suggested?: Array<{id: string; sizeBytes?: number}>
    catalog?: CatalogModel[]
  }
}

/** What is weighed of every manifest at each start. It is kept with the verdict, so that only those in use are read. */
export type Outline = {
  id: string
  protocol?: Protocol
  /** Of a provider with code: its file, and the protocols that it speaks for others. */
  module?: string
  implements: Protocol[]
  /** Variables that hold a key. */
  keyVariables: string[]
  /** Variables by which a service finds its own way to sign in. */
  ambientVariables: string[]
  /** Variables that settings are taken from. */
  settingVariables: string[]
}

/** One provider id as some package offers it. Entries that are not `ok` are listed and explained, never used. */
export type ProviderEntry = {
  id: string
  state: ProviderState
  /** The first three problems at most, in words. */
  problems: string[]
  /** What a user should know of an entry that works: it hides a newer copy, its hooks are not run. */
  notes?: string[]
  plugin: PluginSource
  /** Of a manifest that passed its check; known without reading it. */
  outline?: Outline
  /**
   * As its package wrote it, but without the variables of another package's keys. It is read when it is first asked for:
   * undefined too when it has changed or gone since it was found.
   */
  readonly manifest?: ProviderManifest | undefined
  /** The key variables that were taken out of the manifest, each with the package that it belongs to. */
  withheld?: ReadonlyArray<{variable: string; owner: string}>
}

export type Registry = {
  /** Every entry found, usable or not, in a stable order. */
  entries: ProviderEntry[]
  /** @throws VibeError (exit 3) that says why an id cannot be used and what mends it */
  get: (id: string) => ProviderEntry & {manifest: ProviderManifest}
  /** The entry whose code speaks a protocol, for data-only manifests. */
  implementer: (protocol: Protocol) => ProviderEntry | undefined
}

/** A configured provider, resolved for use: every layer applied, nothing secret inside. */
export type ResolvedInstance = {
  name: string
  entry: ProviderEntry & {manifest: ProviderManifest}
  endpoint: string
  /** undefined: nobody named a model; the caller says so. */
  model?: string
  temperature?: number
  maxTokens?: number
  headers: Record<string, string>
  /** The rung that the user has fixed. */
  toolMode?: Rung
  settings: JsonObject
  /** Reads the key when called. @throws VibeError (exit 4) that says where a key was looked for */
  credential: (signal: AbortSignal) => Promise<Credential>
  /** Whether the endpoint is on this machine or a private network: needs no key and is allowed offline. */
  local: boolean
  origin: Origin
}

export type OpenedProvider = {instance: ResolvedInstance; provider: Provider}

/** A provider as configured, before its manifest is applied; `apiKey` only for one that is not saved. */
export type NamedInstance = {name: string; instance: InstanceConfig; origin: Origin; apiKey?: string}
