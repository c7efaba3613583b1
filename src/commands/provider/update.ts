import {Args, Flags} from '@oclif/core'
import {ProviderCommand, providerFlags, requestOf} from '../../base-provider-command.ts'
import {updateProvider, type UpdateResult} from '../../providers/change-provider.ts'
import {openDesk} from '../../ui/provider-desk.ts'

export default class ProviderUpdate extends ProviderCommand {
  static override summary = 'Change a provider: its key, address, model, headers or settings'
  static override description =
    'What is not named stays. An empty value of --header or --set takes it out. It is tried before it is saved.'
  static override examples = [
    'pass show work | <%= config.bin %> provider:update work --key-stdin',
    '<%= config.bin %> provider:update work --model gpt-5 --temperature 0.2',
  ]

  static override args = {name: Args.string({description: 'The provider', required: true})}
  static override flags = {
    ...providerFlags,
    temperature: Flags.string({char: 't', description: '0 to 2', helpValue: 'N'}),
    'max-tokens': Flags.integer({description: 'Longest answer, in tokens', min: 1, helpValue: 'N'}),
    use: Flags.boolean({description: 'Make it the current provider'}),
  }

  async run(): Promise<UpdateResult> {
    const {args, flags} = await this.parse(ProviderUpdate)
    const desk = await openDesk(this.host())
    const change = {
      ...(await requestOf(flags, desk.signal)),
      ...(flags.temperature !== undefined && {temperature: Number(flags.temperature)}),
      ...(flags['max-tokens'] !== undefined && {maxTokens: flags['max-tokens']}),
    }
    const result = await updateProvider(args.name, change, {...desk, verify: !flags['no-validate'], use: flags.use})
    this.log(`Saved "${result.name}" to ${result.file}: ${result.changed.join(', ')}.`)
    if (result.keyStore !== undefined) this.log(`The key is in ${result.keyStore}.`)
    if (result.warning !== undefined) this.log(result.warning)
    return result
  }
}
