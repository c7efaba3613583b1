import {Flags, type Interfaces} from '@oclif/core'
import {VibeCommand} from './base-command.ts'
import {installHostOf} from './install/host.ts'
import type {InstallHost} from './install/types.ts'
import type {PluginSource} from './providers/types.ts'

export const consentFlags = {
  yes: Flags.boolean({char: 'y', description: 'Install what is shown without a question'}),
  'allow-scripts': Flags.boolean({description: 'Run install scripts of the packages'}),
}

export abstract class PluginCommand extends VibeCommand {
  protected installHost(options: {allowScripts?: boolean} = {}): InstallHost {
    return installHost(this.config, options)
  }

  /** Tells whoever listens, the check of the new plugin first. */
  protected async announce(installed: PluginSource): Promise<void> {
    await this.config.runHook<'plugins:postinstall', PostinstallHooks>('plugins:postinstall', {installed})
  }
}

/** oclif's event, with the plugin that was installed; others who listen renew their caches. */
export type PostinstallHooks = Interfaces.Hooks & {
  'plugins:postinstall': {options: {installed?: PluginSource}; return: void}
}

/** What an installation may know of this machine, of which oclif's configuration is a part. */
export function installHost(config: Interfaces.Config, options: {allowScripts?: boolean} = {}): InstallHost {
  const plugins = config.plugins.values()
  return installHostOf({plugins, env: process.env, cwd: process.cwd(), version: config.version}, options)
}
