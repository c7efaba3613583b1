import {Args, Flags} from '@oclif/core'
import {ProviderCommand} from '../../base-provider-command.ts'
import type {PullReport} from '../../providers/pull-model.ts'
import {openDesk} from '../../ui/provider-desk.ts'
import {bytesText} from '../../ui/figures.ts'
import {pullWithProgress} from '../../ui/pull.ts'

export default class ModelPull extends ProviderCommand {
  static override summary = 'Have a model fetched to where the provider runs'
  static override description = 'Ctrl-C stops it; what is fetched stays, and the same command goes on from there.'
  static override examples = [
    '<%= config.bin %> model:pull qwen3:8b',
    '<%= config.bin %> model:pull qwen3:8b --provider home',
  ]

  static override args = {model: Args.string({description: 'Model id, as the service names it', required: true})}
  static override flags = {
    provider: Flags.string({char: 'p', description: 'The provider; by default the current one', helpValue: 'NAME'}),
    offline: Flags.boolean({description: 'Connect to local addresses only'}),
  }

  async run(): Promise<PullReport> {
    const {args, flags} = await this.parse(ModelPull)
    const desk = await openDesk(this.host(), flags.offline ? {offline: true} : {})
    const report = await pullWithProgress(
      args.model,
      flags.provider === undefined ? {} : {provider: flags.provider},
      desk,
    )
    const size = report.sizeBytes === undefined ? '' : ` (${bytesText(report.sizeBytes)})`
    this.log(`${report.model} is there${size}. Use it: vibe -p ${report.provider} -m ${report.model}`)
    return report
  }
}
