import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {systemCode, VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {memberOf, textIn} from './package-facts.ts'

/** One line of the list that oclif reads: a package by name, or a folder under development. */
export type ListedPlugin =
  | {name: string; type: 'user'; tag?: string; url?: string}
  | {name: string; type: 'link'; root: string}

export type PluginList = {
  plugins: ListedPlugin[]
  /** The rest of the file, kept as it is. */
  rest: Record<string, unknown>
}

/**
 * Reads the list of installed plugins.
 * @param folder the data folder, or the copy of it that is being prepared
 * @throws VibeError when the file is damaged
 */
export function readPluginList(folder: string): PluginList {
  const path = join(folder, 'package.json')
  try {
    const json: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new SyntaxError('no object')
    const listed = memberOf(memberOf(json, 'oclif'), 'plugins')
    return {plugins: (Array.isArray(listed) ? listed : []).flatMap(listedPlugin), rest: json as Record<string, unknown>}
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return {plugins: [], rest: {private: true}}
    throw damaged(path, error)
  }
}

/** The text of the file with another list in it. */
export function pluginListText({plugins, rest}: PluginList): string {
  const oclif = memberOf(rest, 'oclif')
  const kept = typeof oclif === 'object' && oclif !== null ? oclif : {}
  return `${JSON.stringify({...rest, private: true, oclif: {schema: 1, ...kept, plugins}}, undefined, 2)}\n`
}

/** Whether people mean a package by a word: "vibe-provider-x" and "@org/vibe-provider-x" by "x". */
export function isShortFor(word: string, name: string): boolean {
  return name.replace(/^@[^/]+\//, '') === `vibe-provider-${word}`
}

/** The entry of a package, by its name, by what people call it, or by the folder that was linked. */
export function findListed({plugins}: PluginList, name: string): ListedPlugin | undefined {
  const exact = plugins.find((plugin) => plugin.name === name || (plugin.type === 'link' && plugin.root === name))
  return exact ?? plugins.find((plugin) => isShortFor(name, plugin.name))
}

function listedPlugin(value: unknown): ListedPlugin[] {
  if (typeof value === 'string') return [{name: value, type: 'user', tag: 'latest'}]
  const name = textIn(value, 'name')
  const root = memberOf(value, 'root')
  if (name === undefined) return []
  if (memberOf(value, 'type') === 'link') return typeof root === 'string' ? [{name, type: 'link', root}] : []
  const tag = memberOf(value, 'tag')
  const url = memberOf(value, 'url')
  return [{name, type: 'user', ...(typeof tag === 'string' && {tag}), ...(typeof url === 'string' && {url})}]
}

function damaged(path: string, cause: unknown): VibeError {
  return new VibeError(
    {
      code: 'plugin-list-damaged',
      message: 'The list of installed plugins is damaged.',
      origin: path,
      hint: 'vibe plugins reset   keeps a copy of it and starts anew',
      exit: ExitCode.notSetUp,
    },
    {cause},
  )
}
