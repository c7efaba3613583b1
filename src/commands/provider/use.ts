import {Args} from '@oclif/core'
import {ProviderCommand} from '../../base-provider-command.ts'
import {useProvider} from '../../providers/change-provider.ts'
import {openDesk} from '../../ui/provider-desk.ts'

export default class ProviderUse extends ProviderCommand {
  static override summary = 'Make a provider the current one'
  static override examples = ['<%= config.bin %> provider:use work']
  static override args = {name: Args.string({description: 'The provider', required: true})}

  async run(): Promise<{current: string; file: string; before?: string; overriddenBy?: string}> {
    const {args} = await this.parse(ProviderUse)
    const result = await useProvider(args.name, await openDesk(this.host()))
    this.log(`"${result.current}" is the current provider now.`)
    if (result.overriddenBy !== undefined) this.log(`But here ${result.overriddenBy} says otherwise.`)
    return result
  }
}
