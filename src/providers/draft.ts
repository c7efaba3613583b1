import type {JsonObject} from 'vibe-plugin-api'
import type {CredentialReference, InstanceConfig, LoadedConfig} from '../config/values.ts'
import type {Environment, Homes} from '../paths.ts'
import type {Abilities} from './abilities.ts'
import type {ToolMode} from './ladder/rungs.ts'
import type {OpenedProvider, Registry, ResolvedInstance} from './types.ts'

/** Where a key comes from. A value was typed into a masked prompt or came through stdin, never through a flag. */
export type KeySource =
  | {kind: 'value'; value: string}
  | {kind: 'env'; variable: string}
  | {kind: 'command'; command: string[]}
  | {kind: 'none'}

export type DraftRequest = {
  name: string
  type: string
  endpoint?: string
  model?: string
  headers?: Record<string, string>
  /** Values as typed, or in the settings' own types. */
  settings?: JsonObject
  key?: KeySource
  /** Who goes on when it fails, over those it had; an empty one takes them out. */
  fallbacks?: string[]
  allowRemoteFallback?: boolean
  /** A reference that is kept when no other key is named. */
  credential?: CredentialReference
  /** How the model asks for tools; `auto` as it was measured. */
  toolMode?: ToolMode
  /** Accepts plain http to an address that is not local. */
  insecure?: boolean
}

export type AddHost = {
  config: LoadedConfig
  registry: Registry
  env: Environment
  homes: Homes
  /** Loads the provider's code for an instance. */
  open: (instance: ResolvedInstance) => Promise<OpenedProvider>
  signal: AbortSignal
}

/** A checked provider that is not saved. */
export type Draft = {
  name: string
  instance: InstanceConfig
  resolved: ResolvedInstance
  apiKey?: string
  /** What a trial found out. */ measured?: Abilities | undefined
}
