export type JsonValue = string | number | boolean | null | JsonValue[] | {[key: string]: JsonValue}
export type JsonObject = {[key: string]: JsonValue}
/** Opaque data keyed by provider id; stored with the part and handed back unchanged on the next request. */
export type ProviderMetadata = Record<string, JsonObject>

export type ModelInfo = {
  id: string
  name?: string
  kind: 'chat' | 'embedding'
  /** Tokens; undefined means unknown. */
  contextWindow?: number
  /** Tokens; undefined means unknown. */
  maxOutput?: number
  dimensions?: number
  input?: Array<'text' | 'image' | 'pdf' | 'audio'>
  tools?: boolean
  reasoning?: false | ReasoningEffort[]
  /** USD per million tokens; a missing number means unknown, never zero. */
  price?: Price
  /** What it takes on the disk of the service's machine. */
  sizeBytes?: number
}
export type Price = Rates & {
  /** What a request with more input tokens than this costs instead, all of it. */
  above?: Rates & {tokens: number}
  free?: true
}
export type Rates = {input?: number; output?: number; cacheRead?: number; cacheWrite?: number}

/* Requests. */

export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max'

export type ChatRequest = {
  model: string
  system?: string
  messages: Message[]
  tools?: ToolDefinition[]
  toolChoice?: 'auto' | 'none' | 'required' | {tool: string}
  /** Undefined means the service's own limit; a provider that must send one picks its model's maximum, else 4096. */
  maxOutputTokens?: number
  temperature?: number
  stopSequences?: string[]
  reasoning?: ReasoningEffort
  responseSchema?: JsonObject
  /**
   * Where a stable prefix ends, for services that cache prefixes on request: after the tools, after the system prompt,
   * or after the message at an index of `messages`. A provider takes the last ones when its service allows fewer.
   */
  cacheBreakpoints?: Array<'tools' | 'system' | number>
  /** Passed through untouched; everything not agreed by three providers lives here. */
  providerOptions?: ProviderMetadata
}

export type Message =
  | {role: 'user'; content: UserPart[]}
  | {role: 'assistant'; content: AssistantPart[]}
  | {role: 'tool'; content: ToolResultPart[]}

export type TextPart = {type: 'text'; text: string; providerMetadata?: ProviderMetadata}
export type FilePart = {type: 'file'; mediaType: string; data: Uint8Array; name?: string}
export type ReasoningPart = {type: 'reasoning'; text: string; redacted?: true; providerMetadata?: ProviderMetadata}
export type ToolCallPart = {
  type: 'tool-call'
  callId: string
  name: string
  input: JsonObject
  providerMetadata?: ProviderMetadata
}
export type ToolResultPart = {
  type: 'tool-result'
  callId: string
  name: string
  content: Array<TextPart | FilePart>
  isError?: true
}
export type UserPart = TextPart | FilePart
export type AssistantPart = TextPart | ReasoningPart | ToolCallPart
export type ToolDefinition = {name: string; description: string; inputSchema: JsonObject}

/* The stream. */

/**
 * Grammar: response-start, then blocks (start, delta*, end; one open block per index), then exactly one response-end.
 * A failed call throws a ProviderError from the iterator instead of response-end. Nothing follows either.
 * Blocks of different indexes may interleave. An index is never used twice.
 */
export type ChatEvent =
  | {type: 'response-start'; responseId?: string; model?: string; warnings: Warning[]}
  | {type: 'text-start'; index: number}
  | {type: 'text-delta'; index: number; text: string}
  | {type: 'text-end'; index: number; providerMetadata?: ProviderMetadata}
  | {type: 'reasoning-start'; index: number; redacted?: true}
  | {type: 'reasoning-delta'; index: number; text: string}
  | {type: 'reasoning-end'; index: number; providerMetadata?: ProviderMetadata}
  | {type: 'tool-call-start'; index: number; callId: string; name: string}
  | {type: 'tool-call-delta'; index: number; inputText: string}
  | ToolCallEnd
  | {type: 'usage-update'; usage: Usage}
  | {
      type: 'response-end'
      stopReason: StopReason
      rawStopReason?: string
      usage: Usage
      /** What only the end of the answer showed, such as a request that the service cut without a word. */
      warnings?: Warning[]
      providerMetadata?: ProviderMetadata
    }

/** `input` is absent when the model's JSON is not an object or does not parse; `inputText` is always the whole raw text. */
export type ToolCallEnd = {
  type: 'tool-call-end'
  index: number
  callId: string
  name: string
  inputText: string
  input?: JsonObject
  providerMetadata?: ProviderMetadata
}

export type StopReason =
  | 'end-turn'
  | 'tool-calls'
  | 'max-output'
  | 'stop-sequence'
  | 'content-filter'
  | 'refusal'
  | 'paused'
  | 'other'

/** Tokens. Undefined means the provider did not say. `input` counts everything sent, cached or not. */
export type Usage = {
  input?: number
  inputCacheRead?: number
  inputCacheWrite?: number
  output?: number
  outputReasoning?: number
  raw?: JsonObject
}

export type Warning = {code: 'unsupported' | 'adjusted' | 'deprecated' | 'other'; feature?: string; message: string}

export type EmbedRequest = {model: string; texts: string[]; dimensions?: number}
export type EmbedResult = {vectors: number[][]; usage: Usage}
