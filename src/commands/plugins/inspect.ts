import {Args, Flags} from '@oclif/core'
import {PluginCommand} from '../../base-plugin-command.ts'
import {inspectInstalled, type InspectedPlugin} from '../../install/inspect-installed.ts'
import {inspectionLines} from '../../ui/plugin-lines.ts'

export default class PluginsInspect extends PluginCommand {
  static override summary = 'Everything known of a plugin'
  static override strict = false
  static override args = {plugin: Args.string({description: 'Its name; "." for the one in this folder', default: '.'})}
  static override flags = {verbose: Flags.boolean({char: 'v', hidden: true})}

  async run(): Promise<InspectedPlugin[]> {
    const {argv} = await this.parse(PluginsInspect)
    const host = this.installHost()
    const inspected: InspectedPlugin[] = []
    for (const name of argv.length === 0 ? ['.'] : argv) inspected.push(await inspectInstalled(String(name), host))
    for (const line of inspected.flatMap(inspectionLines)) this.log(line)
    return inspected
  }
}
