import type {ModelInfo} from 'vibe-plugin-api'
import {asObject, asText} from 'vibe-openai-wire/wire'

/** Models that neither chat nor embed text; the service's list does not say which these are. */
const OTHER_KINDS =
  /^(whisper|tts|dall-e|sora|omni-moderation|text-moderation|davinci|babbage|chatgpt-image|gpt-image|gpt-realtime|gpt-audio|computer-use)|realtime|-audio|transcribe|-tts|-instruct|-search-api/

/**
 * Reads the answer of GET /models, which holds ids and nothing about them.
 * @returns undefined when the answer is no list
 */
export function mapModels(value: unknown): ModelInfo[] | undefined {
  const list = asObject(value)?.data
  if (!Array.isArray(list)) return undefined
  const ids = list.flatMap((item) => asText(asObject(item)?.id) ?? []).filter((id) => !OTHER_KINDS.test(id))
  return ids.map((id) => ({id, kind: id.startsWith('text-embedding') ? 'embedding' : 'chat'}))
}
