import {existsSync} from 'node:fs'
import {copyFile, cp, mkdir, readdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {didYouMean} from '../did-you-mean.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {tarballPrefix} from './download.ts'
import {memberOf} from './package-facts.ts'
import {npmFailure} from './npm-failure.ts'
import {runNpm} from './npm.ts'
import {findListed, pluginListText, readPluginList, type ListedPlugin} from './plugin-list.ts'
import {changeInstalled} from './stage.ts'
import type {InstallHost} from './types.ts'

const REMOVE_MS = 60_000

type Place = {host: InstallHost; signal: AbortSignal}

/**
 * Takes plugins away. Needs neither the network nor a working plugin: where npm cannot do it, the folder is deleted.
 * @throws VibeError (exit 2) when one of them is not installed; then none is removed
 */
export async function removePlugins(
  names: readonly string[],
  host: InstallHost,
  signal: AbortSignal,
): Promise<ListedPlugin[]> {
  return changeInstalled({data: host.homes.data, signal, by: 'sharing'}, async (copy) => {
    const list = readPluginList(copy)
    const removed = names.map((name) => findListed(list, withoutTag(name)) ?? absent(name, list.plugins))
    const gone = new Set(removed.map(({name}) => name))
    // A link may stand before a package that was installed under its name.
    const dependencies = memberOf(list.rest, 'dependencies')
    const users = removed.filter(({name, type}) => type === 'user' || memberOf(dependencies, name) !== undefined)
    const packages = users.map(({name}) => name)
    if (packages.length > 0) await removePackages(packages, copy, {host, signal})
    const now = readPluginList(copy)
    const plugins = now.plugins.filter(({name}) => !gone.has(name))
    await writeFile(join(copy, 'package.json'), pluginListText({...now, plugins}))
    return {commit: true, result: removed}
  })
}

/** Starts anew with no plugin. A list that cannot be read is kept beside it. @returns what was listed */
export async function removeAll(host: InstallHost, signal: AbortSignal): Promise<ListedPlugin[]> {
  const {data} = host.homes
  return changeInstalled({data, signal, by: 'emptying'}, async (copy) => {
    let plugins: ListedPlugin[] = []
    try {
      plugins = readPluginList(data).plugins
    } catch (error) {
      if (!(error instanceof VibeError)) throw error
      await copyFile(join(data, 'package.json'), join(data, 'package.json.damaged'))
    }
    await writeFile(join(copy, 'package.json'), pluginListText({plugins: [], rest: {private: true}}))
    await writeFile(join(copy, 'package-lock.json'), '{"lockfileVersion":3,"requires":true,"packages":{}}\n')
    await mkdir(join(copy, 'packages'))
    return {commit: true, result: plugins}
  })
}

/** Builds everything again from the lock file, so that it is byte for byte what was installed. */
export async function rebuildAll(host: InstallHost, signal: AbortSignal): Promise<ListedPlugin[]> {
  const {data} = host.homes
  return changeInstalled({data, signal, by: 'emptying'}, async (copy) => {
    const list = readPluginList(data)
    for (const part of ['package.json', 'package-lock.json'])
      if (existsSync(join(data, part))) await copyFile(join(data, part), join(copy, part))
    await copyPackages(data, copy)
    const args = ['install', '--omit=dev', '--ignore-scripts']
    const result = await runNpm(args, {cwd: copy, host, signal, limitMs: 600_000})
    if (result.state !== 'done') throw npmFailure({subject: 'the plugins again', from: data, result})
    return {commit: true, result: list.plugins}
  })
}

async function copyPackages(data: string, copy: string): Promise<void> {
  if (existsSync(join(data, 'packages'))) await cp(join(data, 'packages'), join(copy, 'packages'), {recursive: true})
}

async function removePackages(names: string[], copy: string, {host, signal}: Place): Promise<void> {
  const offline = {...host, offline: true}
  const args = ['uninstall', ...names, '--ignore-scripts']
  const result = await runNpm(args, {cwd: copy, host: offline, signal, limitMs: REMOVE_MS})
  const left = names.filter((name) => existsSync(join(copy, 'node_modules', name)))
  if (result.state !== 'done' || left.length > 0) await removeByHand(names, copy)
  await removeTarballs(names, copy)
}

/** The lock goes too: npm would put back what it still names. */
async function removeByHand(names: string[], copy: string): Promise<void> {
  for (const name of names) await rm(join(copy, 'node_modules', name), {recursive: true, force: true})
  for (const lock of ['package-lock.json', 'node_modules/.package-lock.json']) await rm(join(copy, lock), {force: true})
  const list = readPluginList(copy)
  const dependencies = memberOf(list.rest, 'dependencies')
  const kept = Object.entries(typeof dependencies === 'object' && dependencies !== null ? dependencies : {})
  const rest = {...list.rest, dependencies: Object.fromEntries(kept.filter(([name]) => !names.includes(name)))}
  await writeFile(join(copy, 'package.json'), pluginListText({...list, rest}))
}

async function removeTarballs(names: string[], copy: string): Promise<void> {
  const folder = join(copy, 'packages')
  if (!existsSync(folder)) return
  const prefixes = names.map(tarballPrefix)
  const text = JSON.stringify(memberOf(readPluginList(copy).rest, 'dependencies') ?? {})
  for (const file of await readdir(folder))
    if (prefixes.some((prefix) => file.startsWith(prefix)) && !text.includes(file)) await rm(join(folder, file))
}

function withoutTag(name: string): string {
  const at = name.indexOf('@', 1)
  return at === -1 ? name : name.slice(0, at)
}

function absent(name: string, plugins: ListedPlugin[]): never {
  const names = plugins.map((plugin) => plugin.name)
  const meant = didYouMean(name, names)
  throw new VibeError({
    code: 'plugin-not-installed',
    message: `${name.slice(0, 100)} is not installed.`,
    hint: meant === undefined ? 'vibe plugins   lists what is' : `vibe plugins uninstall ${meant}`,
    exit: ExitCode.usage,
  })
}
