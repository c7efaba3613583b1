import type {PluginSource} from './types.ts'

const MAX_MANIFESTS = 40

export type Header = {apiVersion: number; providers: string[]}

/** The `vibe` member of package.json: undefined when there is none, a sentence when it is wrong. */
export function headerOf(plugin: Pick<PluginSource, 'name' | 'pjson'>): Header | string | undefined {
  const header = isObject(plugin.pjson) ? plugin.pjson['vibe'] : undefined
  if (header === undefined) {
    return plugin.name.startsWith('vibe-provider-')
      ? 'package.json lacks "vibe": {"apiVersion": …, "providers": […]}'
      : undefined
  }
  if (!isObject(header)) return 'package.json: "vibe" must be an object'
  const {apiVersion, providers} = header
  if (typeof apiVersion !== 'number' || !Number.isSafeInteger(apiVersion))
    return 'package.json: vibe.apiVersion must be a whole number'
  if (!Array.isArray(providers) || providers.length === 0 || providers.length > MAX_MANIFESTS) {
    return `package.json: vibe.providers must list 1 to ${MAX_MANIFESTS} manifest files`
  }
  const paths = providers.filter((path): path is string => typeof path === 'string' && /^\.\/.{1,200}$/.test(path))
  return paths.length === providers.length
    ? {apiVersion, providers: paths}
    : 'package.json: vibe.providers must hold paths like "./vibe.provider.json"'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
