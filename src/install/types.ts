import type {Homes, Environment} from '../paths.ts'
import type {PluginSource, ProviderState} from '../providers/types.ts'

/** What somebody typed after `plugins install`, understood. */
export type Source =
  | {kind: 'registry'; name: string; range: string}
  | {kind: 'tarball'; path: string}
  | {kind: 'folder'; path: string}
  | {kind: 'url'; url: string}
  | {kind: 'git'; url: string; ref?: string}

/** What the machine and the user's settings say; nothing in this room reads globals for it. */
export type InstallHost = {
  env: Environment
  homes: Homes
  /** Where the command was typed; relative paths count from here, and no setting is read from it. */
  cwd: string
  vibeVersion: string
  /** `npm.registry`, `trust.plugins`, `plugins.allowScripts` and `offlineMode` of the configuration. */
  registry?: string
  trusted: readonly string[]
  allowScripts: boolean
  offline: boolean
  /** `plugins.prefer` of the configuration. */
  prefer: Readonly<Record<string, string>>
  /** `config.plugins.values()`: what the ids of a newcomer are compared with. */
  plugins: readonly PluginSource[]
}

/** A provider that a package offers, as far as its manifest could be read. */
export type OfferedProvider = {id: string; state: ProviderState; problems: string[]}

/** What is known about a package before it is installed. All of it comes from others and is cleaned where it is shown. */
export type Candidate = {
  name: string
  version: string
  kind: Source['kind']
  /** The registry, path or address that it comes from, without a password. */
  from: string
  /** Subresource integrity of its tarball; what is installed must have the same. */
  integrity?: string
  /** Who uploaded this version, where the registry says so. */
  publisher?: string
  maintainers: string[]
  /** ISO 8601. */
  publishedAt?: string
  /** Unpacked size. */
  bytes?: number
  /** Hooks, commands and further plugins that it declares to oclif. */
  powers: string[]
  /** The names of its install scripts. */
  scripts: string[]
  deprecated?: string
  /** It would be used instead of the package of the same name that comes with vibe. */
  replacesShipped?: true
  /** A package that vibe knows, with nearly the same name. */
  resembles?: string
  /** The contract that it speaks; absent for a package that offers no provider. */
  apiVersion?: number
  /** Only known where its manifest can be read before the installation: for tarballs, folders and repositories. */
  providers?: OfferedProvider[]
}

/** What differs from the version that is installed now. */
export type Change = {
  from: string
  /** The folder of a link, which is not used any more. */
  unlinked?: string
  /** Who uploaded the installed version, when it was somebody else. */
  formerPublisher?: string
  newPowers: string[]
  newScripts: string[]
  newDependencies: string[]
}

export type Question = {
  /** As it was typed. */
  spec: string
  candidate: Candidate
  change?: Change
  allowScripts: boolean
}

export type InstallEvent =
  | {step: 'lookup' | 'fetch' | 'install' | 'scripts'; subject: string}
  | {step: 'allowed'; subject: string; by: 'trust.plugins'; question: Question}

export type InstallRequest = {
  /** As it is typed: "vibe-provider-ollama", "vibe-provider-ollama@^1", "./x.tgz", "git+https://…". */
  spec: string
  host: InstallHost
  /**
   * Asked once, after everything is known and before anything of a package from a registry is downloaded. Not called for a
   * package of `trust.plugins`. `false` ends with `install-declined`; what it throws ends the installation too.
   */
  consent: (question: Question) => Promise<boolean>
  signal: AbortSignal
  report?: (event: InstallEvent) => void
}

export type InstallResult = {
  name: string
  version: string
  /** The version that was installed before. */
  previous?: string
  /** The folder of a link that was used before. */
  unlinked?: string
  /** False when exactly this was installed already. */
  changed: boolean
  from: string
  integrity?: string
  /** What to add to the plugins of this process to use it at once. */
  plugin: PluginSource
  providers: OfferedProvider[]
  /** Packages whose install scripts were left out. */
  scriptsSkipped: string[]
}
