import type {JsonObject, Protocol} from 'vibe-plugin-api'

/** The members of a manifest that the checks read; its file has passed the schema when they do. */
export type Manifest = {
  apiVersion: number
  id: string
  name: string
  entry?: {module: string; export?: string; implements?: Protocol[]}
  protocol?: Protocol
  quirks?: string[]
  endpoint: {default: string; env?: string[]; overridable?: boolean; local?: boolean}
  auth: AuthMethod[]
  capabilities: Record<string, 'yes' | 'no' | 'model'>
  settings: {required?: string[]; properties: Record<string, {'x-vibe'?: {env?: string}}>}
  models: {source: string; asOf?: string; default?: string; defaultSmall?: string; catalog?: CatalogModel[]}
}

export type AuthMethod = {
  kind: 'none' | 'api-key' | 'oauth-device' | 'oauth-browser' | 'ambient'
  env?: string[]
  header?: string
  scheme?: 'Bearer' | 'Basic' | 'none'
  optional?: boolean
}

export type CatalogModel = {id: string; kind: 'chat' | 'embedding'; price?: JsonObject}

export type PackageFile = {
  name?: unknown
  version?: unknown
  [member: string]: unknown
}

/** A provider's package as it lies on the disk. */
export type CheckedPackage = {
  root: string
  name: string
  version: string
  pjson: PackageFile
  manifests: ManifestFile[]
}

/** One file of `vibe.providers`; `problems` are the reasons why it is no manifest. */
export type ManifestFile = {path: string; json: unknown; problems: string[]; manifest?: Manifest}
