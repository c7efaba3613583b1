import type {ProviderContext} from 'vibe-plugin-api'

type Context = Pick<ProviderContext, 'settings' | 'protocol' | 'endpoint'>

/**
 * The instance's setting decides; then what a data-only manifest names; then the endpoint: OpenAI's own speaks
 * Responses, while most others behind a changed endpoint know chat completions only.
 */
export function protocolOf({settings, protocol, endpoint}: Context): 'responses' | 'chat' {
  if (settings.api === 'responses' || settings.api === 'chat') return settings.api
  if (protocol === 'openai-responses') return 'responses'
  if (protocol === 'openai-chat') return 'chat'
  return isOpenAi(endpoint) ? 'responses' : 'chat'
}

function isOpenAi(endpoint: string): boolean {
  const {hostname} = new URL(endpoint)
  return hostname === 'api.openai.com' || hostname.endsWith('.api.openai.com')
}
