import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {systemCode} from '../errors.ts'
import type {PluginSource, ProviderEntry} from '../providers/types.ts'
import type {Finding} from './finding.ts'
import {isOpen, type Place} from './place.ts'

/** What mends each state; the rest is mended by an update or by taking the plugin away. */
const MENDS: Partial<Record<ProviderEntry['state'], (entry: ProviderEntry) => string>> = {
  'id-conflict': ({id, plugin}) => `vibe provider:prefer ${id} ${plugin.name}`,
  'id-reserved': ({plugin}) => `vibe plugins uninstall ${plugin.name}`,
  'hooks-declared': ({plugin}) =>
    `vibe plugins uninstall ${plugin.name}   or add it to trust.plugins: vibe config:edit`,
  'protocol-missing': ({problems}) =>
    /vibe plugins install \S+/.exec(problems[0] ?? '')?.[0] ?? 'vibe plugins install PACKAGE',
}

/** The state of every plugin. One that cannot be used stops work only when a configured provider needs it. */
export async function checkPlugins({workplace, host, homes, withoutPlugins, tried}: Place): Promise<Finding[]> {
  const listed = listFindings(homes.data, [...host.plugins], withoutPlugins)
  if (!isOpen(workplace)) return listed
  const {config} = workplace
  const needed = new Set(Object.values(config.values.providers).map(({type}) => type))
  const entries = await tried
  const shipped = entries.filter(({plugin}) => plugin.type === 'core')
  const good = shipped.filter(({state}) => state === 'ok')
  const summary: Finding = {
    id: 'plugins',
    title: 'Providers of vibe',
    state: 'ok',
    detail: `${good.length} types can be used (vibe provider:list)`,
  }
  const rest = entries.filter((entry) => entry.plugin.type !== 'core' || entry.state !== 'ok')
  return [summary, ...rest.flatMap((entry) => entryFindings(entry, needed)), ...listed]
}

function entryFindings(entry: ProviderEntry, needed: ReadonlySet<string>): Finding[] {
  const {id, plugin, state, problems, notes = []} = entry
  const base = {id: `plugin:${plugin.name}`, title: plugin.name}
  if (state !== 'ok') {
    const mend = MENDS[state]?.(entry) ?? usualMend(plugin)
    const detail = `${plugin.version}, provider "${id}": ${state}: ${problems[0] ?? 'no reason given'}`
    return [{...base, state: needed.has(id) ? 'error' : 'warning', detail, mend}]
  }
  const [note] = notes
  if (note === undefined) return [{...base, state: 'ok', detail: `${plugin.version}, provider "${id}"`}]
  const mend = /vibe plugins uninstall \S+/.exec(note)?.[0]
  return [{...base, state: 'warning', detail: note, ...(mend !== undefined && {mend})}]
}

function usualMend({type, name, root}: PluginSource): string {
  if (type === 'core') return 'Install vibe again: npm install -g vibe-coder'
  if (type === 'link') return `Mend it in ${root}   or: vibe plugins unlink ${name}`
  return `vibe plugins update   or: vibe plugins uninstall ${name}`
}

/** What is written down as installed and is not there. */
function listFindings(dataFolder: string, plugins: PluginSource[], withoutPlugins: boolean): Finding[] {
  const base = {id: 'plugins:installed', title: 'Installed plugins'}
  const names = installedNames(dataFolder)
  if (names === undefined)
    return [
      {
        ...base,
        state: 'warning',
        detail: `${join(dataFolder, 'package.json')} is damaged, so installed plugins are off`,
        mend: `mv ${join(dataFolder, 'package.json')} ${join(dataFolder, 'package.json.old')}   then install your plugins again: vibe plugins install NAME`,
      },
    ]
  if (withoutPlugins)
    return [
      {
        ...base,
        state: 'skipped',
        detail: `they are off, as --no-plugins or VIBE_CODER_NO_PLUGINS asks (${names.length} installed)`,
      },
    ]
  const missing = names.filter((name) => !plugins.some((plugin) => plugin.name === name))
  return missing.map((name) => ({
    id: `plugin:${name}`,
    title: name,
    state: 'warning',
    detail: 'it is installed but cannot be loaded',
    mend: `vibe plugins uninstall ${name}`,
  }))
}

function installedNames(dataFolder: string): string[] | undefined {
  try {
    const pjson = JSON.parse(readFileSync(join(dataFolder, 'package.json'), 'utf8')) as {
      oclif?: {plugins?: Array<{name?: unknown}>}
    } | null
    const names = (pjson?.oclif?.plugins ?? []).map(({name}) => name)
    return names.filter((name) => typeof name === 'string')
  } catch (error) {
    return systemCode(error) === undefined ? undefined : []
  }
}
