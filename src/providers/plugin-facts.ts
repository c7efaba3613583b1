import {knownProvider, knownProviders} from './known-providers.ts'
import type {PluginSource} from './types.ts'

/**
 * The package that alone may offer an id of ours, so that no other can pose as a well-known service; undefined for an id
 * that anyone may offer.
 */
export function ownerOf(id: string): string | undefined {
  return knownProvider(id)?.package
}

/** The package whose id another id imitates: the same but for dashes, or by characters that look alike ("0llama", "open-ai"). */
export function imitatedOwner(id: string): string | undefined {
  return imitations()(id)
}

/** `imitatedOwner` for many ids: what the known ones look like is found out once. */
export function imitations(): (id: string) => string | undefined {
  const known = knownProviders()
  const ids = new Set(known.map((provider) => provider.id))
  const owners = new Map(known.toReversed().map((provider) => [skeleton(provider.id), provider.package]))
  return (id) => (ids.has(id) ? undefined : owners.get(skeleton(id)))
}

/** Ids hold nothing but a-z, digits and dashes; what looks alike among those becomes one character. */
function skeleton(id: string): string {
  return id
    .replaceAll('-', '')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replaceAll('0', 'o')
    .replaceAll(/[1i]/g, 'l')
}

/** What vibe itself consists of: a plugin of one of these names would take its place, its commands and its gate among them. */
const OWN_PARTS: ReadonlySet<string> = new Set(['vibe-coder', '@oclif/plugin-plugins', '@oclif/plugin-autocomplete'])

/** Whether a name belongs to a part of vibe that no plugin may replace. */
export function isOwnPart(name: string): boolean {
  return OWN_PARTS.has(name.toLowerCase())
}

/** Installed or linked by the user: everything that vibe did not ship itself. */
export function isForeign(plugin: PluginSource): boolean {
  return plugin.type === 'user' || plugin.type === 'link'
}

/** What a foreign plugin wants to run outside its provider: ["hooks (init)", "commands"]. Empty for our own plugins. */
export function declaredPowers(plugin: PluginSource): string[] {
  const oclif = isForeign(plugin) ? member(plugin.pjson, 'oclif') : undefined
  const powers: string[] = []
  const hooks = member(oclif, 'hooks')
  if (hooks !== undefined && hooks !== null && !(typeof hooks === 'object' && Object.keys(hooks).length === 0)) {
    const names = typeof hooks === 'object' ? Object.keys(hooks).slice(0, 3).join(', ') : String(hooks)
    powers.push(`hooks (${names.replace(/[^\w:, -]/g, '?').slice(0, 60)})`)
  }
  if (member(oclif, 'commands')) powers.push('commands')
  if (member(oclif, 'plugins') || member(oclif, 'devPlugins')) powers.push('further plugins')
  return powers
}

/**
 * The versions with which vibe itself ships packages, from the dependencies of its own package, which oclif lists
 * among the plugins. A user's copy takes the place of the shipped one there, so nothing else remembers it.
 */
export function shippedVersions(plugins: Iterable<PluginSource>): Map<string, string> {
  const versions = new Map<string, string>()
  for (const {type, pjson} of plugins) {
    if (type !== 'core' || !member(member(pjson, 'oclif'), 'plugins')) continue
    for (const [name, version] of Object.entries(member(pjson, 'dependencies') ?? {})) {
      if (typeof version === 'string') versions.set(name, version)
    }
  }
  return versions
}

/** Whether `left` comes before `right`, both like "1.2.3-beta.1"; a preliminary version comes before its release. */
export function isOlder(left: string, right: string): boolean {
  const [a, b] = [versionParts(left), versionParts(right)]
  for (const place of [0, 1, 2]) {
    const difference = (a.numbers[place] ?? 0) - (b.numbers[place] ?? 0)
    if (difference !== 0) return difference < 0
  }
  if (a.preliminary === '' || b.preliminary === '') return a.preliminary !== '' && b.preliminary === ''
  return a.preliminary.localeCompare(b.preliminary, 'en', {numeric: true}) < 0
}

function versionParts(version: string): {numbers: number[]; preliminary: string} {
  const [, release = '', preliminary = ''] = /^[^\d]*([\d.]+)(?:-([\w.-]+))?/.exec(version) ?? []
  return {numbers: release.split('.').map(Number), preliminary}
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined
}
