import {Flags} from '@oclif/core'
import {PluginCommand} from '../../base-plugin-command.ts'
import {listInstalled, type InstalledPlugin} from '../../install/list-installed.ts'
import {installedPluginLines} from '../../ui/plugin-lines.ts'

export default class Plugins extends PluginCommand {
  static override summary = 'List installed plugins and how their providers stand'
  static override flags = {core: Flags.boolean({description: 'Also those that come with vibe'})}

  async run(): Promise<InstalledPlugin[]> {
    const {flags} = await this.parse(Plugins)
    const all = await listInstalled(this.installHost())
    const shown = all.filter(({type}) => flags.core || type !== 'core')
    if (shown.length === 0) this.log('No plugins installed.')
    for (const line of shown.flatMap(installedPluginLines)) this.log(line)
    return all
  }
}
