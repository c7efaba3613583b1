import {Flags} from '@oclif/core'
import {VibeCommand} from './base-command.ts'
import {loadConfig} from './config/load.ts'
import type {InstallHost} from './install/types.ts'
import {homes} from './paths.ts'

export const consentFlags = {
  yes: Flags.boolean({char: 'y', description: 'Install what is shown without a question'}),
  'allow-scripts': Flags.boolean({description: 'Run install scripts of the packages'}),
}

export abstract class PluginCommand extends VibeCommand {
  /** What an installation may know of this machine. A project has no say in it, trusted or not. */
  protected installHost(options: {allowScripts?: boolean} = {}): InstallHost {
    const {values} = loadConfig({cwd: process.cwd(), env: process.env, trusted: false})
    return {
      env: process.env,
      homes: homes(),
      cwd: process.cwd(),
      vibeVersion: this.config.version,
      ...(values.npm.registry !== undefined && {registry: values.npm.registry}),
      trusted: values.trust.plugins,
      allowScripts: options.allowScripts === true || values.plugins.allowScripts,
      offline: values.offlineMode,
      prefer: values.plugins.prefer,
      plugins: [...this.config.plugins.values()],
    }
  }
}
