import type {Protocol} from 'vibe-plugin-api'
import {anthropicMessages} from './anthropic.ts'
import type {Dialect} from './dialect.ts'
import {ollama} from './ollama.ts'
import {openaiChat, openaiResponses} from './openai.ts'

const DIALECTS: Readonly<Record<Protocol, Dialect>> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
  ollama,
}

/** How a service that speaks one of the contract's protocols answers. */
export function dialectOf(protocol: Protocol): Dialect {
  return DIALECTS[protocol]
}
