import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {pluginListText, readPluginList, type ListedPlugin} from './plugin-list.ts'
import type {Candidate, Source} from './types.ts'

/** Writes a plugin into the list of a folder that is being prepared; one that is listed keeps its place. */
export async function recordPlugin(
  copy: string,
  {candidate, source}: {candidate: Candidate; source: Source},
): Promise<void> {
  const entry = entryOf(candidate.name, source)
  await changeList(copy, (plugins) =>
    plugins.some(({name}) => name === entry.name)
      ? plugins.map((plugin) => (plugin.name === entry.name ? entry : plugin))
      : [...plugins, entry],
  )
}

export async function changeList(copy: string, change: (plugins: ListedPlugin[]) => ListedPlugin[]): Promise<void> {
  const list = readPluginList(copy)
  await writeFile(join(copy, 'package.json'), pluginListText({...list, plugins: change(list.plugins)}))
}

/** Whether an entry of the list already says where "update" is to look. */
export function follows(listed: ListedPlugin, source: Source): boolean {
  const wanted = entryOf(listed.name, source)
  if (listed.type !== 'user' || wanted.type !== 'user') return false
  return listed.tag === wanted.tag && listed.url === wanted.url
}

function entryOf(name: string, source: Source): ListedPlugin {
  if (source.kind === 'registry') return {name, type: 'user', tag: source.range}
  return {name, type: 'user', url: addressOf(source)}
}

/** As it can be typed again, from any folder. */
function addressOf(source: Exclude<Source, {kind: 'registry'}>): string {
  if ('path' in source) return `file:${source.path}`
  if (source.kind === 'url') return source.url
  const place = /^git|^ssh:|^[\w.-]+@/i.test(source.url) ? source.url : `git+${source.url}`
  return source.ref === undefined ? place : `${place}#${source.ref}`
}
