import {ProviderCommand} from '../../base-provider-command.ts'
import {listProviders, type ProviderList} from '../../providers/list-providers.ts'
import {openDesk} from '../../ui/provider-desk.ts'
import {table} from '../../ui/provider-lines.ts'

export default class ProviderList_ extends ProviderCommand {
  static override summary = 'Show the providers that are set up, and the types that can be'
  static override examples = ['<%= config.bin %> provider:list', '<%= config.bin %> provider:list --json']

  async run(): Promise<ProviderList> {
    await this.parse(ProviderList_)
    const desk = await openDesk(this.host())
    const list = listProviders({...desk, dataFolder: desk.homes.data})
    const anyFallback = list.providers.some(({fallbacks}) => fallbacks !== undefined)
    const head = ['', 'NAME', 'TYPE', 'MODEL', 'ENDPOINT', 'KEY', ...(anyFallback ? ['FALLBACKS'] : [])]
    const rows = list.providers.map(({name, type, model, endpoint, key, current, fallbacks, problem}) => [
      current ? '*' : ' ',
      name,
      type,
      problem === undefined ? (model ?? '-') : `✗ ${problem}`,
      problem === undefined ? (endpoint ?? '-') : '',
      problem === undefined ? key : '',
      ...(anyFallback ? [fallbacks?.join(', ') ?? ''] : []),
    ])
    if (rows.length === 0) this.log('No provider is set up yet. Start with: vibe setup')
    else for (const line of table(head, rows, process.stdout.columns)) this.log(line)
    const types = list.types.filter(({state}) => state === 'ok').map(({type}) => type)
    this.log(`\nTypes: ${types.join(', ')}`)
    const more = list.installable.map(({type}) => type)
    if (more.length > 0) this.log(`Not installed yet, but one command away: ${more.join(', ')}`)
    return list
  }
}
