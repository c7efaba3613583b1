import {existsSync} from 'node:fs'
import {dirname, join, sep} from 'node:path'
import {readTextFile} from '../config/read.ts'
import type {PluginSource} from '../providers/types.ts'

type Json = Record<string, unknown>

/** The packages that `vibe plugins` would list, found without loading them: those that come with vibe, and the user's. */
export function pluginSources(root: string, mine: readonly PluginSource[]): PluginSource[] {
  const own = readPackage(root)
  const shipped = Object.keys(objectOf(own?.['dependencies'])).flatMap((name) =>
    sourceAt(findFolder(root, name), 'core'),
  )
  const core: PluginSource[] = own
    ? [{name: String(own['name']), version: String(own['version']), type: 'core', root, pjson: own}]
    : []
  const names = new Set(mine.map(({name}) => name))
  return [...core, ...shipped.filter(({name}) => !names.has(name)), ...mine]
}

/** Plugins that `plugins install` and `plugins link` have written down. */
export function installed(dataFolder: string): PluginSource[] {
  const oclif = objectOf(readPackage(dataFolder)?.['oclif'])
  const modules = join(dataFolder, 'node_modules')
  const plugins = Array.isArray(oclif['plugins']) ? oclif['plugins'].map(objectOf) : []
  return plugins.flatMap(({type, name, root}) => {
    if (type === 'link') return typeof root === 'string' ? sourceAt(root, 'link') : []
    return typeof name === 'string' && /^(@[\w.-]+\/)?[\w.-]+$/.test(name)
      ? sourceAt(`${modules}${sep}${name}`, 'user')
      : []
  })
}

/** Where Node would find a package from a folder; undefined when it is not there. */
export function findFolder(from: string, name: string): string | undefined {
  if (!/^(@[\w.-]+\/)?[\w.-]+$/.test(name)) return undefined
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name)
    if (existsSync(join(found, 'package.json'))) return found
    if (dirname(folder) === folder) return undefined
  }
}

function sourceAt(folder: string | undefined, type: string): PluginSource[] {
  const pjson = folder === undefined ? undefined : readPackage(folder)
  if (folder === undefined || pjson === undefined) return []
  const {name, version} = pjson
  return typeof name === 'string' && typeof version === 'string' ? [{name, version, type, root: folder, pjson}] : []
}

function readPackage(folder: string): Json | undefined {
  const read = readTextFile(`${folder}${sep}package.json`)
  try {
    return read.state === 'text' ? objectOf(JSON.parse(read.text)) : undefined
  } catch {
    return undefined // A damaged package offers nothing; commands that need it say so.
  }
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}
