import {Args} from '@oclif/core'
import {ProviderCommand} from '../../base-provider-command.ts'
import {removeProvider, type RemoveResult} from '../../providers/change-provider.ts'
import {openDesk} from '../../ui/provider-desk.ts'

export default class ProviderRemove extends ProviderCommand {
  static override summary = 'Forget a provider and its stored key'
  static override examples = ['<%= config.bin %> provider:remove work']
  static override args = {name: Args.string({description: 'The provider', required: true})}

  async run(): Promise<RemoveResult> {
    const {args} = await this.parse(ProviderRemove)
    const result = await removeProvider(args.name, await openDesk(this.host()))
    this.log(`Removed "${result.removed}"${result.keyRemoved ? ' and its stored key' : ''}.`)
    if (result.warning !== undefined) this.log(result.warning)
    if (result.current !== undefined) this.log(`"${result.current}" is the current provider now.`)
    else if (result.wasCurrent) this.log('No provider is current now: vibe provider:use NAME')
    return result
  }
}
