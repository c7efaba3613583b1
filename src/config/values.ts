/** How a key is found; a plain string in `config.json` is refused, so that secrets never land there by default. */
export type CredentialReference = {env: string} | {command: string[]} | StoreReference | {none: true}

/** A key kept under a name: in the file of vibe's own, or in the keychain of the system. */
export type StoreReference = {store: string; in?: 'keychain'}

/** Where new keys go. "auto": into the keychain when it works, else into the file. */
export type StoreChoice = 'auto' | 'keychain' | 'file'

/** A configured provider ("instance"): a name of the user's for a provider type with its endpoint, key and overrides. */
export type InstanceConfig = {
  /** The provider id of a manifest: "openai", "anthropic", "openai-compatible", "ollama". */
  type: string
  /** The package that offered the type when it was added; kept so that a missing one can be named. */
  package?: string
  endpoint?: string
  credential?: CredentialReference
  model?: string
  temperature?: number
  maxTokens?: number
  headers?: Record<string, string>
  settings?: Record<string, unknown>
  settingsVersion?: number
  /** Who goes on when it fails, in this order: "other", "other/model", "/model" of its own. */
  fallbacks?: string[]
  /** Whether a conversation of this local provider may go on with one that is not local, without a question. */
  allowRemoteFallback?: boolean
  /** How the model asks for tools; absent or `auto`: as it was measured. */
  toolMode?: 'auto' | 'native' | 'json' | 'search-replace' | 'whole-file'
  /** Set when the user accepted plain http to an address that is not local. */
  insecure?: boolean
}

/** Programs for changed files; their paths are added as the last arguments, or put where an argument is "{files}". */
export type AfterEdit = {
  /** Globs on the path from the project's root. */
  files: string | string[]
  /** Program and arguments; no shell. */
  format?: string[]
  lint?: string[]
  /** Of each program; 60 when absent. */
  timeoutSeconds?: number
}

export type GitConfig = {
  /** Commits what a turn has changed. */
  autoCommit: boolean
  /** How a commit says that vibe had a part in it. */
  attribution: 'none' | 'trailer' | 'co-author'
  /** Lets the hooks of a trusted repository run. */
  hooks: boolean
}

export type Profile = {provider?: string; model?: string; temperature?: number; maxTokens?: number}

/** The effective configuration. Every member is absent when nothing sets it; no default hides a missing value. */
export type ConfigValues = {
  currentProvider?: string
  providers: Record<string, InstanceConfig>
  defaultModel?: string
  /** 0 to 2. */
  defaultTemperature?: number
  /** A positive integer. */
  defaultMaxTokens?: number
  offlineMode: boolean
  debugMode: boolean
  credentialStore: StoreChoice
  customHeaders: Record<string, string>
  /** "model" or "instance/model": who edits in architect mode. */
  editorModel?: string
  smallModel?: string
  /** What runs over files that vibe has changed. */
  afterEdit?: AfterEdit[]
  /** USD that one run or one chat may cost. */
  maxCost?: number
  profiles: Record<string, Profile>
  profile?: string
  trust: {plugins: string[]}
  npm: {registry?: string}
  plugins: {allowScripts: boolean; prefer: Record<string, string>}
  git: GitConfig
  permissions: {
    rules: Array<{decision: 'allow' | 'ask' | 'deny'; kind: 'read' | 'edit' | 'execute' | 'network'; match?: string}>
  }
}

export type LayerKind = 'flag' | 'environment' | 'dotenv' | 'project' | 'profile' | 'user' | 'default'

/** Where a value came from; `line` is 1-based, for files. */
export type Origin = {layer: LayerKind; file?: string; line?: number; variable?: string}

/** What VIBE_CODER_API_KEY, VIBE_CODER_ENDPOINT and their kin say together; makes the instance called "env". */
export type EnvironmentProvider = {endpoint: string; apiKey?: string; origin: Origin}

export type LoadedConfig = {
  values: ConfigValues
  /** The origin of a dotted key ("providers.work.model"), undefined when nothing sets it. */
  originOf: (key: string) => Origin | undefined
  /** Set only when the environment names at least a key or an endpoint. */
  environmentProvider?: EnvironmentProvider
  /** Values that were set aside, each with file and line: said once, never fatal for what does not need them. */
  problems: Array<{origin: Origin; message: string; hint?: string}>
}

export type LoadOptions = {
  cwd: string
  env: Readonly<Record<string, string | undefined>>
  /** Values from the command line, by config key. */
  flags?: Partial<
    Pick<
      ConfigValues,
      | 'currentProvider'
      | 'defaultModel'
      | 'defaultTemperature'
      | 'defaultMaxTokens'
      | 'offlineMode'
      | 'debugMode'
      | 'profile'
    >
  >
  /** Whether the project at `cwd` is trusted: only then its `.env` and what redirects or executes is read. */
  trusted: boolean
}
