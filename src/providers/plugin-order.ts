import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {systemCode} from '../errors.ts'
import {isForeign} from './plugin-facts.ts'
import type {PluginSource} from './types.ts'

/**
 * What vibe ships by name, then what the user added in the order of installation. oclif lists plugins in the order in which
 * their files happened to be read, by which a newcomer could take an id from a package that had it first, every other start.
 * @param dataFolder where `plugins install` and `plugins link` keep their list
 */
export function inStableOrder(plugins: Iterable<PluginSource>, dataFolder: string): PluginSource[] {
  const sources = [...plugins]
  const installed = sources.filter(isForeign).length > 1 ? installedNames(dataFolder) : []
  const place = (plugin: PluginSource) => {
    if (!isForeign(plugin)) return -1
    const index = installed.indexOf(plugin.name)
    return index === -1 ? installed.length : index
  }
  return sources.toSorted((left, right) => place(left) - place(right) || compare(left.name, right.name))
}

/** The oldest first; oclif appends and keeps the place of what it updates. */
function installedNames(dataFolder: string): string[] {
  try {
    const list: unknown = JSON.parse(readFileSync(join(dataFolder, 'package.json'), 'utf8'))
    const plugins = member(member(list, 'oclif'), 'plugins')
    if (!Array.isArray(plugins)) return []
    return plugins.map(nameOf)
  } catch (error) {
    // Without the list the order is by name: still the same at every start.
    if (error instanceof SyntaxError || systemCode(error) !== undefined) return []
    throw error
  }
}

function nameOf(plugin: unknown): string {
  const name = typeof plugin === 'string' ? plugin : member(plugin, 'name')
  return typeof name === 'string' ? name : ''
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
