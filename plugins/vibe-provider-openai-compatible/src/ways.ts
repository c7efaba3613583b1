import {isProviderError, type JsonObject, type ProviderContext} from 'vibe-plugin-api'

/** How this service wants what the protocol leaves open; from the settings, the manifest's quirks, and its own complaints. */
export type Ways = {
  maxTokensField: 'max_tokens' | 'max_completion_tokens'
  streaming: boolean
  streamUsage: boolean
  replayReasoning: boolean
}

/** @returns the ways that settings and quirks name; a quirk counts where the setting is left to `auto` or absent */
export function waysOf({settings, quirks}: Pick<ProviderContext, 'quirks'> & {settings: Readonly<JsonObject>}): Ways {
  const {maxTokensField} = settings
  const named =
    maxTokensField === 'max_tokens' || maxTokensField === 'max_completion_tokens' ? maxTokensField : undefined
  return {
    maxTokensField: named ?? (quirks.includes('max-completion-tokens') ? 'max_completion_tokens' : 'max_tokens'),
    streaming: settings.streaming !== false && !quirks.includes('no-streaming'),
    streamUsage: settings.streamUsage !== false && !quirks.includes('no-stream-options'),
    replayReasoning: settings.replayReasoning === true || quirks.includes('replay-reasoning'),
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
  if (sent[ways.maxTokensField] === undefined || !mentions(words, ways.maxTokensField)) return undefined
  if (!/unsupported|not supported|unrecognized|unknown|unexpected|extra|not permitted|use '?"?`?max_/i.test(words))
    return undefined
  return {...ways, maxTokensField: ways.maxTokensField === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens'}
}

function mentions(words: string, field: string): boolean {
  return new RegExp(`\\b${field}\\b`).test(words)
}
