import type {ChatEvent, ChatRequest, EmbedRequest, EmbedResult, JsonObject, ModelInfo, Warning} from './chat.ts'
import type {ProviderErrorShape} from './errors.ts'

/** The contract's major version; `apiVersion` in a plugin's package.json and manifest must equal it. */
export const API_VERSION = 1

/** Wire formats that one plugin may implement for the data-only manifests of others. */
export type Protocol = 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'ollama'

/* What a plugin module exports. */

export type CreateProvider<Settings extends JsonObject = JsonObject> = (
  context: ProviderContext<Settings>,
) => Provider | Promise<Provider>

export type ProviderModule = {
  createProvider: CreateProvider
  /** Called only where settings are changed, by `vibe provider:update`; never on the way to a chat, nor by `vibe doctor`, which changes nothing. */
  migrateSettings?: (settings: JsonObject, fromVersion: number) => JsonObject
  oauth?: OAuthFlow
}

export type ProviderContext<Settings extends JsonObject = JsonObject> = {
  readonly apiVersion: number
  /** The user's name for this configured instance, for example "work-openai". */
  readonly instanceId: string
  /** The id of the manifest that was chosen; differs from the implementing plugin's own id when a data-only manifest borrows its protocol. */
  readonly providerId: string
  /** The protocol to speak, when the implementing plugin offers several or a data-only manifest names one. */
  readonly protocol?: Protocol
  /** Named deviations of the service from its protocol, from the data-only manifest. Unknown names must be ignored. */
  readonly quirks: readonly string[]
  /** Where the manifest says the key goes. Absent means the protocol's own way. */
  readonly authHeader?: {readonly name: string; readonly scheme: 'Bearer' | 'Basic' | 'none'}
  /** Already validated against the manifest's own settings schema, defaults filled in. */
  readonly settings: Readonly<Settings>
  /** Base URL without a trailing slash. */
  readonly endpoint: string
  /** Resolved when asked, so that a key from a keychain or command is read only if a call needs it. */
  readonly credential: (signal: AbortSignal) => Promise<Credential>
  /** The global fetch with the user's proxy and certificate settings; it sets no timers. */
  readonly fetch: typeof globalThis.fetch
  readonly userAgent: string
  /** Writes to the debug log when there is one. Never pass a key: redaction is a second line, not the first. */
  readonly debug: (message: string, detail?: JsonObject) => void
}

export type Credential =
  | {kind: 'none'}
  | {kind: 'api-key'; value: string}
  | {kind: 'oauth'; accessToken: string; expiresAt?: number; account?: string}
  | {kind: 'ambient'}

export type OAuthFlow = {
  login: (ui: OAuthUi, signal: AbortSignal) => Promise<OAuthTokens>
  refresh: (tokens: OAuthTokens, signal: AbortSignal) => Promise<OAuthTokens>
}
export type OAuthTokens = {accessToken: string; refreshToken?: string; expiresAt?: number; extra?: JsonObject}
export type OAuthUi = {
  openUrl: (url: string) => Promise<void>
  showCode: (code: string, verificationUrl: string) => void
  prompt: (message: string) => Promise<string>
}

/* The provider. */

export type Provider = {
  readonly id: string
  /**
   * Streams one answer. Throws ProviderError from the iterator on failure, within a bounded time after `signal` aborts
   * (code `aborted`). Leaving the loop early must close the connection. Never retries: the core does.
   */
  chat: (request: ChatRequest, options: CallOptions) => AsyncIterable<ChatEvent>
  /** Cheap, no tokens spent where the service allows it: proves that the endpoint answers and the credential is accepted. */
  validateConnection: (options: CallOptions) => Promise<ConnectionReport>
  listModels?: (options: CallOptions) => Promise<ModelInfo[]>
  countTokens?: (request: ChatRequest, options: CallOptions) => Promise<number>
  embed?: (request: EmbedRequest, options: CallOptions) => Promise<EmbedResult>
  /**
   * Brings a model to the service's machine; the iterator ends when it can be used. What was fetched before an abort or
   * an error stays, so that a second call goes on from there.
   */
  pullModel?: (model: string, options: CallOptions) => AsyncIterable<PullProgress>
  dispose?: () => Promise<void>
}

export type PullProgress = {
  /** What the service does now, in its own words, on one line. */
  status: string
  /** Bytes of all parts that are known so far. Absent while nothing is fetched. */
  completed?: number
  total?: number
}

export type CallOptions = {
  signal: AbortSignal
  /** The user's own headers; they win over the provider's. */
  headers?: Record<string, string>
  /**
   * Call it whenever bytes arrive, also those that yield no event (keep-alive comments, pings), so that the core's idle
   * timer measures silence on the wire. A provider that never calls it is judged by its events alone.
   */
  onActivity?: () => void
}

export type ConnectionReport =
  | {ok: true; latencyMs: number; account?: string; modelsSeen?: number; warnings: Warning[]}
  | {ok: false; error: ProviderErrorShape}
