import {loadConfig} from '../config/load.ts'
import {homes, type Environment} from '../paths.ts'
import type {PluginSource} from '../providers/types.ts'
import type {InstallHost} from './types.ts'

export type Machine = {plugins: Iterable<PluginSource>; env: Environment; cwd: string; version: string}

/** What an installation may know of this machine. A project has no say in it, trusted or not. */
export function installHostOf(
  {plugins, env, cwd, version}: Machine,
  options: {allowScripts?: boolean} = {},
): InstallHost {
  const {values} = loadConfig({cwd, env, trusted: false})
  return {
    env,
    homes: homes(env),
    cwd,
    vibeVersion: version,
    ...(values.npm.registry !== undefined && {registry: values.npm.registry}),
    trusted: values.trust.plugins,
    allowScripts: options.allowScripts === true || values.plugins.allowScripts,
    offline: values.offlineMode,
    prefer: values.plugins.prefer,
    plugins: [...plugins],
  }
}
