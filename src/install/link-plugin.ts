import {existsSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {API_VERSION} from 'vibe-plugin-api'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {apiSentence, isSupportedApi} from '../providers/api-window.ts'
import {isOwnPart} from '../providers/plugin-facts.ts'
import type {PluginSource} from '../providers/types.ts'
import {ownPart} from './gate.ts'
import {readJson} from './installed.ts'
import {packageFacts} from './package-facts.ts'
import {changeList} from './record-plugin.ts'
import {changeInstalled} from './stage.ts'
import type {InstallHost, OfferedProvider} from './types.ts'
import {providersOf} from './verify.ts'

export type LinkResult = {
  name: string
  version: string
  root: string
  plugin: PluginSource
  providers: OfferedProvider[]
  missing: string[]
}

/**
 * Uses a plugin from the folder in which it is developed. Nothing is copied, downloaded or run.
 * @returns `missing`: dependencies that are not installed there
 * @throws VibeError (exit 2) when the folder holds no plugin
 */
export async function linkPlugin(path: string, host: InstallHost, signal: AbortSignal): Promise<LinkResult> {
  const root = resolve(host.cwd, path)
  const pjson = readJson(join(root, 'package.json'))
  const facts = packageFacts(pjson)
  if (facts === undefined) throw unusable(root, 'it holds no package.json with a name and a version')
  if (!facts.isPlugin) throw unusable(root, 'its package.json has neither "vibe" nor "oclif"')
  const {name, version, apiVersion} = facts
  if (isOwnPart(name)) throw ownPart(name, root)
  if (apiVersion !== undefined && !isSupportedApi(apiVersion))
    throw unsupported({name, version, root, apiVersion}, host)
  const plugin = {name, version, type: 'link', root, pjson}
  await changeInstalled({data: host.homes.data, signal}, async (copy) => {
    await changeList(copy, (plugins) => {
      const entry = {name, type: 'link' as const, root}
      const isThere = plugins.some((other) => other.name === name)
      return isThere ? plugins.map((other) => (other.name === name ? entry : other)) : [...plugins, entry]
    })
    return {commit: true, result: undefined}
  })
  return {
    name,
    version,
    root,
    plugin,
    providers: await providersOf(plugin, host.homes.data, host),
    missing: facts.dependencies.filter((dependency) => !isInstalled(root, dependency)),
  }
}

type Foreign = {name: string; version: string; root: string; apiVersion: number}

function unsupported({name, version, root, apiVersion}: Foreign, {vibeVersion}: InstallHost): VibeError {
  const plugin = {name, version, type: 'link', root, pjson: {}}
  return new VibeError({
    code: 'api-unsupported',
    message: apiSentence(plugin, apiVersion, vibeVersion).replace(/(?<=speaks [\d-]+\.) .*/, ''),
    origin: join(root, 'package.json'),
    hint: `Update vibe: npm install -g vibe-coder   or write it for contract ${API_VERSION}`,
    exit: ExitCode.notSetUp,
  })
}

function isInstalled(root: string, name: string): boolean {
  for (let folder = root; ; folder = resolve(folder, '..')) {
    if (existsSync(join(folder, 'node_modules', name))) return true
    if (resolve(folder, '..') === folder) return false
  }
}

function unusable(root: string, reason: string): VibeError {
  return new VibeError({
    code: 'package-unusable',
    message: `Cannot link ${root}: ${reason}.`,
    origin: root,
    hint: 'vibe plugins link DIR   with the folder of a plugin',
    exit: ExitCode.usage,
  })
}
