import {Args, Flags} from '@oclif/core'
import {PluginCommand} from '../../base-plugin-command.ts'
import {removePlugins} from '../../install/remove-plugins.ts'

export type PluginUninstallReport = {removed: Array<{name: string; type: 'user' | 'link'}>}

export default class PluginsUninstall extends PluginCommand {
  static override summary = 'Remove installed or linked plugins'
  static override description = 'Works without the network, and also for a plugin that is broken.'
  static override aliases = ['plugins:unlink', 'plugins:remove']
  static override strict = false
  static override args = {plugin: Args.string({description: 'Its name', required: true})}
  static override flags = {verbose: Flags.boolean({char: 'v', hidden: true})}

  async run(): Promise<PluginUninstallReport> {
    const {argv} = await this.parse(PluginsUninstall)
    const removed = await removePlugins(argv.map(String), this.installHost(), this.stopSignal())
    for (const {name, type} of removed) {
      this.log(type === 'link' ? `Unlinked ${name}.` : `Removed ${name}.`)
      this.config.plugins.delete(name)
    }
    await this.config.runHook('plugins:postuninstall', {})
    return {removed: removed.map(({name, type}) => ({name, type}))}
  }
}
