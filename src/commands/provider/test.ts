import {Args, Flags} from '@oclif/core'
import {ProviderCommand} from '../../base-provider-command.ts'
import {testProvider, type TestReport} from '../../providers/test-provider.ts'
import {callFigures, openDesk} from '../../ui/provider-desk.ts'
import {seconds} from '../../ui/figures.ts'

export default class ProviderTest extends ProviderCommand {
  static override summary = 'Try a provider: address, key, and one short question of at most 16 output tokens'
  static override description = 'Exits with 4 when the key is refused or missing, 5 when the service is not reachable.'
  static override examples = ['<%= config.bin %> provider:test', '<%= config.bin %> provider:test work --json']
  static override args = {name: Args.string({description: 'The provider; by default the current one'})}
  static override flags = {
    model: Flags.string({char: 'm', description: 'Model id', helpValue: 'ID'}),
    offline: Flags.boolean({description: 'Connect to local addresses only'}),
  }

  async run(): Promise<TestReport> {
    const {args, flags} = await this.parse(ProviderTest)
    const desk = await openDesk(this.host(), flags.offline ? {offline: true} : {})
    const selection = {
      ...(args.name !== undefined && {provider: args.name}),
      ...(flags.model !== undefined && {model: flags.model}),
    }
    const report = await testProvider(selection, desk)
    this.log(
      `✓ ${report.endpoint} answers${report.keyless ? '' : ' and accepts the key'} (${seconds(report.connection.latencyMs)})`,
    )
    this.log(`✓ ${report.call.model} works (${callFigures(report.call)})`)
    return report
  }
}
