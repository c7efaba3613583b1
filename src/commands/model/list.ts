import {Args, Flags} from '@oclif/core'
import {ProviderCommand} from '../../base-provider-command.ts'
import {listModels, type ModelList} from '../../providers/list-models.ts'
import {describe} from '../../ui/choose-model.ts'
import {openDesk} from '../../ui/provider-desk.ts'
import {table} from '../../ui/provider-lines.ts'

export default class ModelList_ extends ProviderCommand {
  static override summary = 'Show the models of a provider, asked from the service itself'
  static override examples = ['<%= config.bin %> model:list', '<%= config.bin %> model:list --provider work --json']
  static override args = {name: Args.string({description: 'The provider; by default the current one'})}
  static override flags = {
    provider: Flags.string({char: 'p', description: 'The provider; by default the current one', helpValue: 'NAME'}),
    offline: Flags.boolean({description: 'Connect to local addresses only'}),
  }

  async run(): Promise<ModelList> {
    const {args, flags} = await this.parse(ModelList_)
    const desk = await openDesk(this.host(), flags.offline ? {offline: true} : {})
    const provider = flags.provider ?? args.name
    const list = await listModels(provider === undefined ? {} : {provider}, desk)
    if (list.source === 'catalog')
      desk.write(
        `! ${list.reason}\n  These are from the list of ${list.asOf ?? 'an unknown date'} that came with ${list.type}.\n`,
      )
    const rows = list.models.map((model) => [model.id === list.current ? '*' : ' ', model.id, describe(model)])
    for (const line of table(['', 'MODEL', ''], rows, process.stdout.columns)) this.log(line)
    return list
  }
}
