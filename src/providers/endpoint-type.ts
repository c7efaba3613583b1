import type {EndpointType} from '../config/endpoint.ts'

/** The provider ids that serve a kind, best first. The last one is always bundled. */
export function typesFor(kind: EndpointType): string[] {
  switch (kind) {
    case 'openai':
      return ['openai', 'openai-compatible']
    case 'anthropic':
      return ['anthropic']
    case 'ollama':
      return ['ollama', 'openai-compatible']
    case 'lm-studio':
      return ['lmstudio', 'lm-studio', 'openai-compatible']
    case 'local':
      return ['local', 'openai-compatible']
    case 'generic':
      return ['generic', 'openai-compatible']
  }
}

/**
 * The address as a provider type wants it: a bare local address gets `/v1` for the OpenAI protocols, and a bare address
 * of the type's own service gets the path of the manifest's default. What has a path of its own is kept.
 */
export function endpointFor(
  endpoint: string,
  type: string,
  options: {defaultEndpoint: string; local: boolean},
): string {
  const url = new URL(endpoint)
  const path = url.pathname.replace(/\/+$/, '')
  const usual = new URL(options.defaultEndpoint)
  const bare = path === '' || path === '/v1'
  if (bare && url.host === usual.host && url.protocol === usual.protocol) return trimmed(options.defaultEndpoint)
  if (path === '' && options.local && type === 'openai-compatible') return `${url.origin}/v1`
  return trimmed(endpoint)
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '')
}
