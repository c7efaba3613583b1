import {Config} from '@oclif/core'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {systemCode} from '../src/errors.ts'
import {homes} from '../src/paths.ts'

export type LoadOptions = ConstructorParameters<typeof Config>[0] & {userPlugins: boolean}

type Declared = {name: string; type: string}

/**
 * Loads vibe with its plugins. A user's plugin that cannot be read costs one line on stderr, never the command: what
 * removes it must go on working.
 */
export async function loadConfig(options: LoadOptions): Promise<Config> {
  const list = options.userPlugins ? await userPluginList() : {declared: []}
  const config = new Config({...options, userPlugins: options.userPlugins && list.damaged === undefined})
  const failures: Array<Error | string> = []
  Reflect.set(config, 'warn', (failure: Error | string) => void failures.push(failure))
  await config.load()
  // Later warnings, about deprecated flags for instance, go where oclif sends them.
  Reflect.deleteProperty(config, 'warn')
  if (list.damaged)
    say(`${list.damaged} is damaged, so installed plugins are off. Mend or delete it: vibe plugins reset`)
  const names = [...config.plugins.values()].map((plugin) => plugin.name)
  for (const {name} of list.declared.filter((plugin) => !names.includes(plugin.name))) {
    say(`the plugin ${name} cannot be loaded${reason(failures, name)}. Remove it: vibe plugins uninstall ${name}`)
  }
  return config
}

function say(sentence: string): void {
  process.stderr.write(`vibe: ${sentence}\n`)
}

function reason(failures: Array<Error | string>, name: string): string {
  const messages = failures.map((failure) => (failure instanceof Error ? failure.message : failure))
  const mine = messages.find((message) => message.includes(name))
  if (mine?.startsWith('could not find package.json')) return ': its folder is missing'
  return mine ? ` (${mine.split('\n', 1)[0]})` : ''
}

/** What `plugins install` and `plugins link` have written down, and the file when it is no JSON. */
async function userPluginList(): Promise<{declared: Declared[]; damaged?: string}> {
  const path = join(homes().data, 'package.json')
  try {
    const pjson = JSON.parse(await readFile(path, 'utf8')) as {oclif?: {plugins?: Declared[]}}
    return {declared: pjson.oclif?.plugins ?? []}
  } catch (error) {
    return systemCode(error) === 'ENOENT' ? {declared: []} : {declared: [], damaged: path}
  }
}
