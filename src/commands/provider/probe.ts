import {Args, Flags} from '@oclif/core'
import {ProviderCommand} from '../../base-provider-command.ts'
import {PROBE_COST} from '../../providers/probe/probe.ts'
import {
  forgetAbilities,
  probeProvider,
  type ForgetReport,
  type ProbeReport,
} from '../../providers/probe/probe-provider.ts'
import {probeLines} from '../../ui/ability-lines.ts'
import {openDesk} from '../../ui/provider-desk.ts'

export default class ProviderProbe extends ProviderCommand {
  static override summary = 'Measure what a model can do: streaming, tool calls, token counts'
  static override description =
    'Sends 3 to 6 small requests and keeps the result, which decides how the model is asked for edits and commands. Exits with 4 when the key is refused or missing, 5 when the service is not reachable.'
  static override examples = [
    '<%= config.bin %> provider:probe',
    '<%= config.bin %> provider:probe local --model qwen3:8b --json',
    '<%= config.bin %> provider:probe local --forget',
  ]
  static override args = {name: Args.string({description: 'The provider; by default the current one'})}
  static override flags = {
    model: Flags.string({char: 'm', description: 'Model id', helpValue: 'ID'}),
    forget: Flags.boolean({description: 'Forget what was measured and learned, and send nothing'}),
    offline: Flags.boolean({description: 'Connect to local addresses only'}),
  }

  async run(): Promise<ProbeReport | ForgetReport> {
    const {args, flags} = await this.parse(ProviderProbe)
    const desk = await openDesk(this.host(), flags.offline ? {offline: true} : {})
    const selection = {
      ...(args.name !== undefined && {provider: args.name}),
      ...(flags.model !== undefined && {model: flags.model}),
    }
    if (flags.forget) {
      const report = await forgetAbilities(selection, desk)
      this.log(`Forgot ${report.forgotten} ${report.forgotten === 1 ? 'model' : 'models'} of ${report.name}.`)
      return report
    }
    const report = await probeProvider(selection, desk, ({name}, model) =>
      desk.write(`Measuring ${model} of ${name}: ${PROBE_COST} …\n`),
    )
    for (const line of probeLines(report, process.stdout.columns)) this.log(line)
    return report
  }
}
