import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {homes} from '../paths.ts'
import {readManifests} from './manifest.ts'
import {shippedVersions} from './plugin-facts.ts'
import {inStableOrder} from './plugin-order.ts'
import {findImplementer, settleStates, shadowNote} from './registry-states.ts'
import {withholdKeyVariables} from './reserved-variables.ts'
import {unknownType} from './unknown-type.ts'
import type {PluginSource, ProviderEntry, ProviderManifest, Registry} from './types.ts'
import {openVerdictCache} from './verdict-cache.ts'

export type RegistryOptions = {
  /** `config.plugins.values()` of oclif, vibe's own package among them. */
  plugins: Iterable<PluginSource>
  /** `homes().cache`; verdicts on manifests are kept there. */
  cacheFolder: string
  vibeVersion: string
  /** `plugins.prefer` of the configuration: which package keeps an id that several claim. */
  prefer: Readonly<Record<string, string>>
  /** `trust.plugins` of the configuration: packages that may be used although they declare hooks or commands. */
  trusted?: readonly string[]
  /** `homes().data`, where oclif keeps the list of installed plugins. */
  dataFolder?: string
}

/**
 * Finds every provider that the plugins offer. No code of a plugin is run, and a bad plugin disables only itself:
 * this never fails because of one.
 */
export async function readRegistry({
  plugins,
  cacheFolder,
  vibeVersion,
  prefer,
  trusted = [],
  dataFolder = homes().data,
}: RegistryOptions): Promise<Registry> {
  const sources = inStableOrder(plugins, dataFolder)
  const verdicts = openVerdictCache(cacheFolder, vibeVersion)
  const found = await Promise.all(sources.map((plugin) => readManifests(plugin, {vibeVersion, verdicts})))
  await verdicts.save()
  const shipped = shippedVersions(sources)
  const settled = settleStates(found.flat(), {prefer, trusted})
  const entries = withholdKeyVariables(settled).map((entry) => withShadowNote(entry, shipped))
  return {
    entries,
    get: (id) => getUsable(entries, id),
    implementer: (protocol) => findImplementer(entries, protocol),
  }
}

/**
 * One line for each plugin that cannot be used, for standard error of the commands that touch providers.
 * @returns an empty list when all is well
 */
export function badPluginLines({entries}: Registry): string[] {
  const bad = entries.filter((entry) => entry.state !== 'ok')
  return bad.map(
    ({id, state, problems, plugin}) =>
      `provider ${id} (${plugin.name} ${plugin.version}): ${state}: ${problems[0] ?? 'no reason given'}`,
  )
}

function withShadowNote(entry: ProviderEntry, shipped: ReadonlyMap<string, string>): ProviderEntry {
  const note = shadowNote(entry, shipped)
  return note === undefined ? entry : {...entry, notes: [...(entry.notes ?? []), note]}
}

function getUsable(entries: readonly ProviderEntry[], id: string): ProviderEntry & {manifest: ProviderManifest} {
  const claims = entries.filter((entry) => entry.id === id)
  const usable = claims.find((entry) => entry.state === 'ok')
  if (usable?.manifest) return {...usable, manifest: usable.manifest}
  if (usable) throw changedMeanwhile(usable)
  const [bad] = claims
  throw bad ? unusable(bad) : unknownType(id, entries)
}

function changedMeanwhile({id, plugin}: ProviderEntry): VibeError {
  return new VibeError({
    code: 'provider-changed',
    message: `The provider "${id}" was changed while vibe started`,
    origin: `${plugin.name} ${plugin.version}, ${plugin.root}`,
    hint: 'Try again',
    exit: ExitCode.notSetUp,
  })
}

function unusable({id, state, problems, plugin}: ProviderEntry): VibeError {
  return new VibeError({
    code: `provider-${state}`,
    message: `The provider "${id}" cannot be used (${state}): ${problems.join('; ')}`,
    origin: `${plugin.name} ${plugin.version}, ${plugin.root}`,
    hint: mendingStep({id, state, plugin}),
    exit: ExitCode.notSetUp,
  })
}

function mendingStep({id, state, plugin}: Pick<ProviderEntry, 'id' | 'state' | 'plugin'>): string {
  if (state === 'hooks-declared')
    return `vibe plugins uninstall ${plugin.name}   or add it to trust.plugins: vibe config:edit`
  if (state === 'id-conflict' || state === 'id-reserved') return `vibe provider:prefer ${id} ${plugin.name}`
  if (state !== 'manifest-invalid' && state !== 'api-unsupported') return 'vibe doctor shows what is wrong with it'
  if (plugin.type === 'core') return 'Install vibe again: npm install -g vibe-coder'
  if (plugin.type === 'link') return `Mend it in ${plugin.root}   or: vibe plugins unlink ${plugin.name}`
  return `vibe plugins update   or: vibe plugins uninstall ${plugin.name}`
}
