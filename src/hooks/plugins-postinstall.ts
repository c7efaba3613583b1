import type {Hook} from '@oclif/core'
import {installHost, type PostinstallHooks} from '../base-plugin-command.ts'
import {providersOf} from '../install/verify.ts'
import {installedLines} from '../ui/plugin-lines.ts'

/** Says how each provider of what has just been installed stands, and what to do next. oclif itself names no plugin. */
export const pluginsPostinstall: Hook<'plugins:postinstall', PostinstallHooks> = async function (options) {
  const plugin = options.installed ?? [...options.config.plugins.values()].at(-1)
  if (plugin === undefined || plugin.type === 'core') return
  const host = installHost(options.config)
  const lines = installedLines(await providersOf(plugin, host.homes.data, host), plugin.name)
  process.stderr.write(lines.map((line) => `${line}\n`).join(''))
}
