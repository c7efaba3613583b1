import {isProviderError, type JsonObject, type ProviderContext} from 'vibe-plugin-api'

/** How this service wants what the protocol leaves open; from the settings, the manifest's quirks, and its own complaints. */
export type Ways = {
  maxTokensField: 'max_tokens' | 'max_completion_tokens'
  streaming: boolean
  streamUsage: boolean
  replayReasoning: boolean | 'tools'
  /** Whether it takes `reasoning_effort`. */
  effort: boolean
  /** Whether thinking is switched by `thinking: {type}`. */
  thinkingSwitch: boolean
  /** `object`: it knows JSON mode but no schema. */
  jsonMode: 'schema' | 'object'
  /** Call ids of exactly nine letters and digits. */
  shortIds: boolean
  /** A placeholder for calls without a signature of the service's own. */
  signatures: boolean
  speakAfterTools: boolean
}

/** @returns the ways that settings and quirks name; a quirk counts where the setting is left to `auto` or absent */
export function waysOf({settings, quirks}: Pick<ProviderContext, 'quirks'> & {settings: Readonly<JsonObject>}): Ways {
  const {maxTokensField} = settings
  const named =
    maxTokensField === 'max_tokens' || maxTokensField === 'max_completion_tokens' ? maxTokensField : undefined
  const has = (quirk: string) => quirks.includes(quirk)
  return {
    maxTokensField: named ?? (has('max-completion-tokens') ? 'max_completion_tokens' : 'max_tokens'),
    streaming: settings.streaming !== false && !has('no-streaming'),
    streamUsage: settings.streamUsage !== false && !has('no-stream-options'),
    replayReasoning:
      settings.replayReasoning === true || has('replay-reasoning') || (has('replay-tool-reasoning') && 'tools'),
    effort: !has('no-reasoning-effort'),
    thinkingSwitch: has('thinking-switch'),
    jsonMode: has('json-object') ? 'object' : 'schema',
    shortIds: has('nine-character-tool-ids'),
    signatures: has('thought-signatures'),
    speakAfterTools: has('assistant-after-tool'),
  }
}

/**
 * Learns from a refusal that names a field of ours.
 * @returns other ways to try once, undefined when the error is about something else
 */
export function otherWays(error: unknown, ways: Ways, sent: Readonly<Record<string, unknown>>): Ways | undefined {
  if (!isProviderError(error) || (error.status !== 400 && error.status !== 422)) return undefined
  const words = error.message
  if (sent.stream_options !== undefined && /stream_options|include_usage/.test(words))
    return {...ways, streamUsage: false}
  if (sent.reasoning_effort !== undefined && /reasoning_?effort/i.test(words) && REFUSED.test(words))
    return {...ways, effort: false}
  if (sent[ways.maxTokensField] === undefined || !mentions(words, ways.maxTokensField)) return undefined
  if (!REFUSED.test(words)) return undefined
  return {...ways, maxTokensField: ways.maxTokensField === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens'}
}

const REFUSED = /unsupported|not support|unrecognized|unknown|unexpected|extra|not permitted|use '?"?`?max_/i

function mentions(words: string, field: string): boolean {
  return new RegExp(`\\b${field}\\b`).test(words)
}
