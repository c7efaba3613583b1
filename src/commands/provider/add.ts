import {Args, Flags} from '@oclif/core'
import {installFlag, ProviderCommand, providerFlags, requestOf} from '../../base-provider-command.ts'
import type {AddResult} from '../../providers/add-provider.ts'
import {addWithQuestions} from '../../ui/add-interactive.ts'
import {openDesk} from '../../ui/provider-desk.ts'
import {savedLines} from '../../ui/provider-lines.ts'

export default class ProviderAdd extends ProviderCommand {
  static override summary = 'Set up a model service under a name of your own'
  static override description =
    'Lists its models, asks it one short question, and measures with a few more what it can do, before anything is saved. A key is never a flag.'
  static override examples = [
    '<%= config.bin %> provider:add work --type openai --key-env OPENAI_API_KEY --model gpt-5',
    '<%= config.bin %> provider:add groq --key-env GROQ_API_KEY',
    '<%= config.bin %> provider:add home --type ollama --install --model qwen3:8b',
    'pass show gateway | <%= config.bin %> provider:add gateway --type openai-compatible --endpoint https://llm.example.com/v1 --key-stdin',
    '<%= config.bin %> provider:add local --type openai-compatible --endpoint http://127.0.0.1:8080/v1 --no-key',
  ]

  static override args = {
    name: Args.string({description: 'Your name for it; the name of a type says the type as well'}),
  }
  static override flags = {
    type: Flags.string({description: 'Provider type, as `provider:list` shows them', helpValue: 'TYPE'}),
    ...providerFlags,
    'save-env': Flags.string({description: 'Also write it as VIBE_CODER_* lines into a file', helpValue: 'FILE'}),
    ...installFlag,
    use: Flags.boolean({description: 'Make it the current provider'}),
    yes: Flags.boolean({char: 'y', description: 'Ask nothing; agrees to install a package that is missing'}),
  }

  async run(): Promise<AddResult> {
    const {args, flags} = await this.parse(ProviderAdd)
    const desk = await openDesk(this.host())
    const request = {
      ...(args.name !== undefined && {name: args.name}),
      ...(flags.type !== undefined && {type: flags.type}),
      ...(await requestOf(flags, desk.signal)),
    }
    const saveEnv = flags['save-env']
    const options = {
      verify: !flags['no-validate'],
      use: flags.use,
      install: flags.install || flags.yes,
      ask: !flags.yes && !flags.json,
      ...(saveEnv !== undefined && {saveEnv}),
    }
    const result = await addWithQuestions(request, options, desk)
    for (const line of savedLines(result, process.env)) this.log(line)
    return result
  }
}
