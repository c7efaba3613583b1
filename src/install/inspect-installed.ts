import {existsSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {didYouMean} from '../did-you-mean.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {lockedIntegrity, readJson} from './installed.ts'
import {listInstalled, type InstalledPlugin} from './list-installed.ts'
import {packageFacts, textIn} from './package-facts.ts'
import {isShortFor} from './plugin-list.ts'
import type {InstallHost} from './types.ts'

export type InspectedPlugin = InstalledPlugin & {
  apiVersion?: number
  integrity?: string
  /** Hooks, commands and further plugins that it declares to oclif. */
  powers: string[]
  scripts: string[]
  dependencies: Array<{name: string; version?: string}>
}

/**
 * Everything known of one plugin, without running any of it.
 * @param name a package, or "." for the one in the folder where it was typed
 * @throws VibeError (exit 2) when it is not installed
 */
export async function inspectInstalled(name: string, host: InstallHost): Promise<InspectedPlugin> {
  const wanted = name === '.' ? (textIn(readJson(join(host.cwd, 'package.json')), 'name') ?? name) : name
  const all = await listInstalled(host)
  const plugin = all.find((one) => one.name === wanted) ?? all.find((one) => isShortFor(wanted, one.name))
  if (plugin === undefined) throw absent(wanted, all)
  const {root} = plugin
  const facts = root === undefined ? undefined : packageFacts(readJson(join(root, 'package.json')))
  const integrity = plugin.type === 'user' ? lockedIntegrity(host.homes.data, plugin.name) : undefined
  return {
    ...plugin,
    ...(facts?.apiVersion !== undefined && {apiVersion: facts.apiVersion}),
    ...(integrity !== undefined && {integrity}),
    powers: facts?.powers ?? [],
    scripts: facts?.scripts ?? [],
    dependencies: (facts?.dependencies ?? []).map((dependency) => ({name: dependency, ...versionOf(dependency, root)})),
  }
}

/** As Node would find it from a plugin's folder. */
function versionOf(name: string, root = ''): {version?: string} {
  for (let folder = root; folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name, 'package.json')
    if (!existsSync(path)) continue
    const version = textIn(readJson(path), 'version')
    return version === undefined ? {} : {version}
  }
  return {}
}

function absent(name: string, all: InstalledPlugin[]): VibeError {
  const meant = didYouMean(
    name,
    all.map((plugin) => plugin.name),
  )
  return new VibeError({
    code: 'plugin-not-installed',
    message: `${name.slice(0, 100)} is not installed.`,
    hint: meant === undefined ? 'vibe plugins   lists what is' : `vibe plugins inspect ${meant}`,
    exit: ExitCode.usage,
  })
}
