import type {ProviderContext} from 'vibe-plugin-api'

type Place = Pick<ProviderContext, 'endpoint' | 'quirks' | 'settings'>

/**
 * Where a call goes. Azure's resources are also named without a path, and a dated API version wants the deployment in it.
 * @param model the deployment that a dated version puts into the path
 */
export function urlOf({endpoint, quirks, settings}: Place, path: string, model?: string): string {
  if (!quirks.includes('azure-paths')) return `${endpoint}${path}`
  const resource = endpoint.replace(/\/openai(\/v1|\/deployments\/[^/]*)?$/, '')
  const version = typeof settings.apiVersion === 'string' ? settings.apiVersion : ''
  if (version === '' || version === 'v1') return `${resource}/openai/v1${path}`
  const deployment = model === undefined ? '' : `/deployments/${encodeURIComponent(model)}`
  return `${resource}/openai${deployment}${path}?api-version=${encodeURIComponent(version)}`
}

/** The headers by which OpenRouter shows an application in public rankings; only for who names theirs. */
export function attributionOf({quirks, settings}: Place): Record<string, string> {
  const {appUrl, appTitle} = settings
  if (!quirks.includes('attribution-headers') || typeof appUrl !== 'string' || appUrl === '') return {}
  return {
    'http-referer': appUrl,
    ...(typeof appTitle === 'string' && appTitle !== '' && {'x-openrouter-title': appTitle}),
  }
}
