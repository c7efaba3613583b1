import {didYouMean} from '../did-you-mean.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'

export type ValueType = 'string' | 'number' | 'integer' | 'boolean' | 'json'

/** What a value can do in hostile hands: start code, lead requests, keys or decisions elsewhere, or neither. */
export type Effect = 'executes' | 'redirects' | 'data'

/** Whether a project's own file may set it: always, only to be stricter than the user, only when trusted, never. */
export type ProjectRule = 'yes' | 'tighten' | 'trusted' | 'never'

export type KeyInfo = {
  /** Dotted; `*` stands for a name of the user's. */
  key: string
  type: ValueType
  effect: Effect
  project: ProjectRule
  /** The environment variable of the same meaning. */
  variable?: string
}

/** Every key of config.json; the published schema says the same for editors. */
export const configKeys: readonly KeyInfo[] = [
  {key: '$schema', type: 'string', effect: 'data', project: 'yes'},
  {key: 'currentProvider', type: 'string', effect: 'redirects', project: 'trusted', variable: 'VIBE_CODER_PROVIDER'},
  {key: 'defaultModel', type: 'string', effect: 'data', project: 'yes', variable: 'VIBE_CODER_MODEL'},
  {key: 'defaultTemperature', type: 'number', effect: 'data', project: 'yes', variable: 'VIBE_CODER_TEMPERATURE'},
  {key: 'defaultMaxTokens', type: 'integer', effect: 'data', project: 'yes', variable: 'VIBE_CODER_MAX_TOKENS'},
  {key: 'offlineMode', type: 'boolean', effect: 'redirects', project: 'tighten', variable: 'VIBE_CODER_OFFLINE'},
  {key: 'debugMode', type: 'boolean', effect: 'redirects', project: 'never', variable: 'VIBE_CODER_DEBUG'},
  {
    key: 'credentialStore',
    type: 'string',
    effect: 'redirects',
    project: 'never',
    variable: 'VIBE_CODER_CREDENTIAL_STORE',
  },
  {key: 'customHeaders.*', type: 'string', effect: 'redirects', project: 'never'},
  {key: 'editorModel', type: 'string', effect: 'redirects', project: 'trusted'},
  {key: 'smallModel', type: 'string', effect: 'redirects', project: 'trusted'},
  {key: 'afterEdit', type: 'json', effect: 'executes', project: 'trusted'},
  {key: 'maxCost', type: 'number', effect: 'redirects', project: 'never'},
  {key: 'profile', type: 'string', effect: 'redirects', project: 'trusted', variable: 'VIBE_CODER_PROFILE'},
  {key: 'profiles.*.provider', type: 'string', effect: 'redirects', project: 'trusted'},
  {key: 'profiles.*.model', type: 'string', effect: 'redirects', project: 'trusted'},
  {key: 'profiles.*.temperature', type: 'number', effect: 'redirects', project: 'trusted'},
  {key: 'profiles.*.maxTokens', type: 'integer', effect: 'redirects', project: 'trusted'},
  {key: 'providers.*.type', type: 'string', effect: 'executes', project: 'never'},
  {key: 'providers.*.package', type: 'string', effect: 'executes', project: 'never'},
  {key: 'providers.*.endpoint', type: 'string', effect: 'redirects', project: 'never'},
  {key: 'providers.*.credential', type: 'json', effect: 'executes', project: 'never'},
  {key: 'providers.*.model', type: 'string', effect: 'redirects', project: 'never'},
  {key: 'providers.*.temperature', type: 'number', effect: 'redirects', project: 'never'},
  {key: 'providers.*.maxTokens', type: 'integer', effect: 'redirects', project: 'never'},
  {key: 'providers.*.headers.*', type: 'string', effect: 'redirects', project: 'never'},
  {key: 'providers.*.settings.*', type: 'json', effect: 'redirects', project: 'never'},
  {key: 'providers.*.settingsVersion', type: 'integer', effect: 'redirects', project: 'never'},
  {key: 'providers.*.toolMode', type: 'string', effect: 'data', project: 'never'},
  {key: 'providers.*.fallbacks', type: 'json', effect: 'redirects', project: 'never'},
  {key: 'providers.*.allowRemoteFallback', type: 'boolean', effect: 'redirects', project: 'never'},
  {key: 'providers.*.insecure', type: 'boolean', effect: 'redirects', project: 'never'},
  {key: 'trust.plugins', type: 'json', effect: 'executes', project: 'never'},
  {key: 'npm.registry', type: 'string', effect: 'redirects', project: 'never'},
  {key: 'plugins.allowScripts', type: 'boolean', effect: 'executes', project: 'never'},
  {key: 'plugins.prefer.*', type: 'string', effect: 'executes', project: 'never'},
  {key: 'git.autoCommit', type: 'boolean', effect: 'redirects', project: 'trusted'},
  {key: 'git.attribution', type: 'string', effect: 'data', project: 'yes'},
  {key: 'git.hooks', type: 'boolean', effect: 'executes', project: 'never'},
  {key: 'permissions.rules', type: 'json', effect: 'executes', project: 'tighten'},
]

const forbidden = new Set(['__proto__', 'constructor', 'prototype'])

/** The members of a dotted key. A header's name may hold dots itself: after `headers.` all the rest is one name. */
export function splitKey(key: string): string[] {
  const parts = key.split('.')
  const headers = parts[0] === 'customHeaders' ? 0 : parts[0] === 'providers' && parts[2] === 'headers' ? 2 : undefined
  if (headers === undefined || parts.length <= headers + 2) return parts
  return [...parts.slice(0, headers + 1), parts.slice(headers + 1).join('.')]
}

/** Undefined for a key that vibe does not know, also for a group such as `providers`. */
export function findKey(path: readonly string[]): KeyInfo | undefined {
  if (path.some((part) => part === '' || forbidden.has(part))) return undefined
  return configKeys.find((info) => {
    const pattern = info.key.split('.')
    return pattern.length === path.length && pattern.every((part, index) => part === '*' || part === path[index])
  })
}

/** Whether a path is a key or a group of keys. */
export function isKnownPath(path: readonly string[]): boolean {
  if (path.length === 0 || path.some((part) => part === '' || forbidden.has(part))) return false
  return configKeys.some((info) => {
    const pattern = info.key.split('.')
    return (
      path.length <= pattern.length && path.every((part, index) => pattern[index] === '*' || pattern[index] === part)
    )
  })
}

/** The key most likely meant, with the user's own names kept. */
export function nearestKey(path: readonly string[]): string | undefined {
  const candidates = configKeys.map((info) =>
    info.key
      .split('.')
      .map((part, index) => (part === '*' ? (path[index] ?? 'NAME') : part))
      .join('.'),
  )
  const whole = didYouMean(path.join('.'), candidates)
  // "temperature" for "defaultTemperature" is far by letters and near by meaning.
  const ending = path.at(-1)?.toLowerCase() ?? ''
  return (
    whole ?? (ending.length < 4 ? undefined : candidates.find((candidate) => candidate.toLowerCase().endsWith(ending)))
  )
}

/** @throws VibeError exit 2 for an unknown key, with the one most likely meant */
export function requireKnownPath(key: string): string[] {
  const path = splitKey(key)
  if (isKnownPath(path)) return path
  const near = nearestKey(path)
  throw new VibeError({
    code: 'config-key-unknown',
    message: `There is no setting "${key}"`,
    hint: near === undefined ? 'vibe config:list --all shows every setting' : `Did you mean ${near}?`,
    exit: ExitCode.usage,
  })
}
