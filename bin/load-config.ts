import {Config} from '@oclif/core'
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {collectWarnings} from './collect-warnings.ts'
import {plainPlugins, type ListedPlugin} from './plain-plugins.ts'
import {systemCode} from '../src/errors.ts'
import {homes} from '../src/paths.ts'
import {isOwnPart} from '../src/providers/plugin-facts.ts'
import {loadGuarded, stripForeignHooks} from '../src/providers/plugin-guard.ts'

export type LoadOptions = ConstructorParameters<typeof Config>[0] & {userPlugins: boolean}

/** How long a start waits for an installation that is just being put in its place. */
const RECOVERY_MS = 5_000

type PluginList = {plugins: ListedPlugin[]; damaged?: string}

/**
 * Loads vibe with its plugins. A user's plugin that cannot be read, that ends the process or that brings hooks costs
 * at most one line on stderr, never the command: what removes it must go on working.
 */
export async function loadConfig(options: LoadOptions): Promise<Config> {
  await completeInstallation(homes().data)
  const list: PluginList = options.userPlugins ? userPlugins() : {plugins: []}
  if (list.damaged) say(`${list.damaged} is damaged, so installed plugins are off. Mend or delete it.`)
  const usurper = list.plugins.find(({name}) => isOwnPart(name))?.name
  if (usurper !== undefined) {
    say(
      `the plugin ${usurper} has the name of a part of vibe, so installed plugins are off. Remove it: vibe plugins uninstall ${usurper}`,
    )
    list.plugins = []
  }
  const plain = plainPlugins(list.plugins, homes().data)
  const {config, failures} = plain
    ? await loadQuietly(options, false)
    : await loadForeign(
        options,
        list.plugins.map(({name}) => name),
      )
  for (const plugin of plain ?? []) config.plugins.set(plugin.name, plugin)
  for (const failure of failures) say(failure)
  stripForeignHooks(config.plugins.values())
  return config
}

/** An installation that was killed while it put its work in place is completed by whoever starts next. */
async function completeInstallation(data: string): Promise<void> {
  if (!existsSync(join(data, '.install', 'ready'))) return
  try {
    const {recoverInstalled} = await import('../src/install/stage.ts')
    await recoverInstalled(data, AbortSignal.timeout(RECOVERY_MS))
  } catch (error) {
    say(
      `an interrupted installation of plugins is not completed yet: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

type Loaded = {config: Config; failures: string[]}

async function loadForeign(options: LoadOptions, names: string[]): Promise<Loaded> {
  const {config: loaded, problem} = await loadGuarded((wanted) => loadQuietly(options, wanted))
  if (problem) return {config: loaded.config, failures: [problem]}
  const present = loaded.config.getPluginsList().flatMap(({name, alias}) => [name, alias])
  const absent = names.filter((name) => !present.includes(name))
  const mine = absent.map((name) => {
    return `the plugin ${name} cannot be loaded${reason(loaded.failures, name)}. Remove it: vibe plugins uninstall ${name}`
  })
  const others = loaded.failures.filter((failure) => !absent.some((name) => failure.includes(name)))
  return {config: loaded.config, failures: [...mine, ...others]}
}

/** oclif prints a warning of several lines for each plugin that it cannot load; here they are collected instead. */
async function loadQuietly(options: LoadOptions, wanted: boolean): Promise<Loaded> {
  const config = new Config({...options, userPlugins: wanted})
  const failures: string[] = []
  Reflect.set(config, 'warn', (failure: unknown) => failures.push(String(failure)))
  const {sentences} = await collectWarnings(() => config.load())
  Reflect.deleteProperty(config, 'warn')
  return {config, failures: [...failures, ...sentences]}
}

function say(sentence: string): void {
  process.stderr.write(`vibe: ${sentence}\n`)
}

function reason(failures: string[], name: string): string {
  const mine = failures.find((failure) => failure.includes(name))
  if (mine?.includes('could not find package.json')) return ': its folder is missing'
  return mine ? ` (${mine.split('\n', 1)[0]})` : ''
}

/** What `plugins install` and `plugins link` have written down, and the file when it cannot be used. */
function userPlugins(): PluginList {
  const path = join(homes().data, 'package.json')
  try {
    const pjson = JSON.parse(readFileSync(path, 'utf8')) as {oclif?: {plugins?: Array<{name?: unknown}>}} | null
    const listed = (pjson?.oclif?.plugins ?? []).filter((plugin) => typeof plugin.name === 'string')
    return {plugins: listed as ListedPlugin[]}
  } catch (error) {
    return systemCode(error) === 'ENOENT' ? {plugins: []} : {plugins: [], damaged: path}
  }
}
