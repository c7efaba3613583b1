import {Args} from '@oclif/core'
import {ProviderCommand} from '../../base-provider-command.ts'
import {preferPackage} from '../../providers/change-provider.ts'
import {openDesk} from '../../ui/provider-desk.ts'

export default class ProviderPrefer extends ProviderCommand {
  static override summary = 'Choose the package that serves a provider type when several offer it'
  static override examples = ['<%= config.bin %> provider:prefer ollama vibe-provider-ollama-fork']
  static override args = {
    type: Args.string({description: 'The provider type', required: true}),
    package: Args.string({description: 'The package', required: true}),
  }

  async run(): Promise<{type: string; package: string; file: string}> {
    const {args} = await this.parse(ProviderPrefer)
    const result = await preferPackage({type: args.type, package: args.package}, await openDesk(this.host()))
    this.log(`"${result.type}" is served by ${result.package} now.`)
    return result
  }
}
