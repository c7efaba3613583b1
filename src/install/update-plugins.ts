import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {installSource} from './install-plugin.ts'
import {findListed, readPluginList, type ListedPlugin} from './plugin-list.ts'
import {parseSource} from './source.ts'
import type {InstallRequest, InstallResult} from './types.ts'

export type UpdateReport = {
  updated: InstallResult[]
  unchanged: InstallResult[]
  failed: Array<{name: string; error: VibeError}>
  /** Used from the folders in which they are written, where there is nothing to update. */
  linked: string[]
}

/**
 * Brings installed plugins to the newest version that what was typed at their installation allows. Each is looked at, asked
 * about and replaced for itself, so that one that fails stays as it is and keeps none of the others.
 * @param names all of them when empty; links are never touched
 * @throws VibeError (exit 2) for a name that is not installed
 */
export async function updatePlugins(
  names: readonly string[],
  request: Omit<InstallRequest, 'spec'>,
): Promise<UpdateReport> {
  const list = readPluginList(request.host.homes.data)
  const wanted = names.length === 0 ? list.plugins : names.map((name) => findListed(list, name) ?? absent(name))
  const report: UpdateReport = {updated: [], unchanged: [], failed: [], linked: []}
  for (const plugin of wanted) {
    if (plugin.type === 'link') {
      report.linked.push(plugin.name)
      continue
    }
    try {
      const result = await installSource(sourceOf(plugin, request), {...request, spec: plugin.name})
      ;(result.changed ? report.updated : report.unchanged).push(result)
    } catch (error) {
      if (!(error instanceof VibeError) || error.exit === ExitCode.interrupted) throw error
      report.failed.push({name: plugin.name, error})
    }
  }
  return report
}

function sourceOf(plugin: Extract<ListedPlugin, {type: 'user'}>, {host}: Pick<InstallRequest, 'host'>) {
  return plugin.url === undefined
    ? parseSource(`${plugin.name}@${plugin.tag ?? 'latest'}`, host.cwd)
    : parseSource(plugin.url, host.homes.data)
}

function absent(name: string): never {
  throw new VibeError({
    code: 'plugin-not-installed',
    message: `${name} is not installed.`,
    hint: 'vibe plugins   lists what is',
    exit: ExitCode.usage,
  })
}
