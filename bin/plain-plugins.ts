import {Plugin} from '@oclif/core'
import {existsSync, lstatSync, readdirSync, readFileSync, realpathSync} from 'node:fs'
import {join, sep} from 'node:path'

/** A plugin as `plugins install` and `plugins link` write it into their list. */
export type ListedPlugin = {name: string; type?: unknown; root?: unknown; tag?: unknown; url?: unknown}

/** Members of `oclif` in a package.json that give oclif something to load. */
const ACTIVE = ['commands', 'plugins', 'devPlugins', 'topics', 'flexibleTaxonomy']

/** Where oclif looks for commands that were listed ahead of time. */
const MANIFESTS = ['oclif.manifest.json', '.oclif.manifest.json']

/**
 * The user's plugins, when none of them brings a command. oclif reads each through a dozen asynchronous questions to the
 * disk, most of them about commands; a provider is only its package.json.
 * @param data the folder of the list
 * @returns undefined when any of them needs oclif itself: it has commands, or something about it is not as usual
 */
export function plainPlugins(listed: readonly ListedPlugin[], data: string): Plugin[] | undefined {
  if (listed.length === 0) return []
  try {
    const modules = realpathSync.native(join(data, 'node_modules'))
    const folders = new Set(
      readdirSync(modules, {withFileTypes: true}).flatMap((each) => (each.isDirectory() ? each.name : [])),
    )
    const plugins: Plugin[] = []
    for (const entry of listed) {
      const plugin = plainPlugin(entry, {modules, folders})
      if (!plugin) return undefined
      plugins.push(plugin)
    }
    return plugins
  } catch {
    return undefined // oclif meets the same trouble, and says it.
  }
}

/** `folders`: the names in `modules` that are known to be folders and no links. */
type Modules = {modules: string; folders: ReadonlySet<string>}

function plainPlugin(entry: ListedPlugin, {modules, folders}: Modules): Plugin | undefined {
  const {name, type, root: linked, tag, url} = entry
  if (type !== 'user' && type !== 'link') return undefined
  const folder = within(modules, name)
  const root = type === 'link' ? linked : folders.has(name) ? folder : installedRoot(folder)
  if (typeof root !== 'string') return undefined
  if (MANIFESTS.some((file) => existsSync(within(root, file)))) return undefined
  const pjson: unknown = JSON.parse(readFileSync(within(root, 'package.json'), 'utf8'))
  if (!isPlain(pjson, name)) return undefined
  const options = {name, root, type, ...(typeof tag === 'string' && {tag}), ...(typeof url === 'string' && {url})}
  return Object.assign(new Plugin(options as ConstructorParameters<typeof Plugin>[0]), {
    ...options,
    alias: name,
    pjson,
    version: pjson.version,
    moduleType: pjson.type === 'module' ? 'module' : 'commonjs',
    valid: true,
    hooks: {},
    commands: [],
    commandIDs: [],
    manifest: {commands: {}, version: pjson.version},
  })
}

/** `join` for a name that needs no tidying: called hundreds of times, it would be compiled with all optimisations, in 3 ms. */
function within(folder: string, name: string): string {
  return folder + sep + name
}

/** npm puts a folder that was installed as it is behind a symbolic link. */
function installedRoot(folder: string): string {
  return lstatSync(folder).isSymbolicLink() ? realpathSync.native(folder) : folder
}

type PlainPackage = {name: string; version: string; type?: unknown; oclif: object}

function isPlain(pjson: unknown, name: string): pjson is PlainPackage {
  if (typeof pjson !== 'object' || pjson === null) return false
  const {name: own, version, oclif} = pjson as Record<string, unknown>
  if (own !== name || typeof version !== 'string' || typeof oclif !== 'object' || oclif === null) return false
  return ACTIVE.every((member) => !Object.hasOwn(oclif, member))
}
