import {readRegistry} from '../providers/registry.ts'
import {readPluginList} from './plugin-list.ts'
import type {InstallHost, OfferedProvider} from './types.ts'

export type InstalledPlugin = {
  name: string
  /** Absent for one that cannot be loaded. */
  version?: string
  type: string
  /** Absent for one that cannot be loaded. */
  root?: string
  /** The version, range or tag that updates follow. */
  tag?: string
  /** Where updates are looked for when it did not come from a registry. */
  url?: string
  providers: OfferedProvider[]
}

/**
 * Every plugin with the states of its providers, those of the user that cannot be loaded among them.
 * @throws VibeError when the list of installed plugins is damaged
 */
export async function listInstalled(host: InstallHost): Promise<InstalledPlugin[]> {
  const {plugins: listed} = readPluginList(host.homes.data)
  const {entries} = await readRegistry({
    plugins: host.plugins,
    cacheFolder: host.homes.cache,
    vibeVersion: host.vibeVersion,
    prefer: host.prefer,
    trusted: host.trusted,
    dataFolder: host.homes.data,
  })
  const loaded = host.plugins.map(({name, version, type, root}): InstalledPlugin => {
    const entry = type === 'user' ? listed.find((one) => one.name === name && one.type === 'user') : undefined
    const mine = entries.filter(({plugin}) => plugin.name === name)
    return {
      name,
      version,
      type,
      root,
      ...(entry?.type === 'user' && entry.tag !== undefined && {tag: entry.tag}),
      ...(entry?.type === 'user' && entry.url !== undefined && {url: entry.url}),
      providers: mine.map(({id, state, problems}) => ({id, state, problems})),
    }
  })
  const missing = listed.filter(({name}) => !host.plugins.some((plugin) => plugin.name === name))
  const all = [...loaded, ...missing.map(({name, type}): InstalledPlugin => ({name, type, providers: []}))]
  return all.toSorted((left, right) => (left.name < right.name ? -1 : 1))
}
