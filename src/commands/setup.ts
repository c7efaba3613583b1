import {Flags} from '@oclif/core'
import {installFlag, ProviderCommand, providerFlags, requestOf} from '../base-provider-command.ts'
import type {AddResult} from '../providers/add-provider.ts'
import {openDesk} from '../ui/provider-desk.ts'
import {savedLines} from '../ui/provider-lines.ts'
import {setUp} from '../ui/set-up.ts'

export default class Setup extends ProviderCommand {
  static override summary = 'Set up a model service in two or three questions'
  static override description =
    'Finds keys in the environment and servers on this machine, lists models and tries one short question. Without a terminal, name what it needs as flags.'
  static override examples = [
    '<%= config.bin %> setup',
    'pass show openai | <%= config.bin %> setup --provider openai --key-stdin --model gpt-5 --yes',
  ]
  static override flags = {
    provider: Flags.string({char: 'p', description: 'Provider type', helpValue: 'TYPE'}),
    ...providerFlags,
    ...installFlag,
    yes: Flags.boolean({char: 'y', description: 'Ask nothing; agrees to install a package that is missing'}),
  }

  async run(): Promise<AddResult> {
    const {flags} = await this.parse(Setup)
    const desk = await openDesk(this.host())
    const request = {
      ...(flags.provider !== undefined && {type: flags.provider}),
      ...(await requestOf(flags, desk.signal)),
    }
    const {result, asked} = await setUp(
      request,
      {verify: !flags['no-validate'], ask: !flags.yes && !flags.json, install: flags.install || flags.yes},
      desk,
    )
    if (!asked) for (const line of savedLines(result, process.env)) this.log(line)
    return result
  }
}
