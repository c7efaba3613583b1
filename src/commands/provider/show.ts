import {Args} from '@oclif/core'
import {ProviderCommand} from '../../base-provider-command.ts'
import {showProvider, type ShownProvider} from '../../providers/show-provider.ts'
import {openDesk} from '../../ui/provider-desk.ts'
import {shortHome} from '../../ui/short-path.ts'
import {table} from '../../ui/provider-lines.ts'

export default class ProviderShow extends ProviderCommand {
  static override summary = 'Show what holds for a provider, and where each value comes from'
  static override examples = ['<%= config.bin %> provider:show', '<%= config.bin %> provider:show work --json']
  static override args = {name: Args.string({description: 'The provider; by default the current one'})}

  async run(): Promise<ShownProvider> {
    const {args} = await this.parse(ProviderShow)
    const desk = await openDesk(this.host())
    const shown = await showProvider(args.name, {...desk, dataFolder: desk.homes.data})
    this.log(`${shown.name}${shown.current ? ' (current)' : ''}`)
    const rows = shown.values.map(({key, value, origin}) => [
      '',
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
      shortHome(origin, process.env),
    ])
    const lines = table(['', '', '', ''], rows, process.stdout.columns)
    for (const line of lines.filter((text) => text !== '')) this.log(line)
    return shown
  }
}
