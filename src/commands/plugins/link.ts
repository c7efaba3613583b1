import {Args, Flags} from '@oclif/core'
import {PluginCommand} from '../../base-plugin-command.ts'
import {linkPlugin, type LinkResult} from '../../install/link-plugin.ts'

export default class PluginsLink extends PluginCommand {
  static override summary = 'Use a plugin from the folder in which it is developed'
  static override description = 'Nothing is copied, downloaded or run; the next start uses the folder as it is then.'
  static override examples = ['<%= config.bin %> plugins link ./vibe-provider-mine']
  static override args = {path: Args.string({description: 'Folder of the plugin', default: '.'})}
  static override flags = {
    yes: Flags.boolean({char: 'y', hidden: true}),
    install: Flags.boolean({allowNo: true, hidden: true}),
    verbose: Flags.boolean({char: 'v', hidden: true}),
  }

  async run(): Promise<Omit<LinkResult, 'plugin'>> {
    const {args} = await this.parse(PluginsLink)
    const {plugin, ...result} = await linkPlugin(args.path, this.installHost(), this.stopSignal())
    this.log(`Linked ${result.name} ${result.version} in ${result.root}.`)
    await this.announce(plugin)
    if (result.missing.length > 0)
      this.log(`! Not installed there: ${result.missing.join(', ')}. In that folder: npm install`)
    return result
  }
}
