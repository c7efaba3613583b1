import {join} from 'node:path'
import {Args, Flags} from '@oclif/core'
import {VibeCommand} from '../../base-command.ts'
import type {CreatedProvider} from '../../providers/scaffold/create-package.ts'
import {isProtocol, PROTOCOLS} from '../../providers/scaffold/scaffold-manifest.ts'
import {createWithQuestions, type PartialCreate} from '../../ui/create-interactive.ts'

export default class ProviderCreate extends VibeCommand {
  static override summary = 'Begin a provider package of your own'
  static override description =
    'A service that speaks a known protocol needs no code. --code begins with a streaming provider in plain JavaScript that needs no build.'
  static override examples = [
    '<%= config.bin %> provider:create acme --endpoint https://api.acme.example/v1 --key-env ACME_API_KEY',
    '<%= config.bin %> provider:create acme --protocol anthropic-messages --dir plugins/acme',
    '<%= config.bin %> provider:create acme --code',
  ]

  static override args = {name: Args.string({description: 'Its id, as in --type ID; also @scope/vibe-provider-ID'})}
  static override flags = {
    protocol: Flags.string({
      description: 'Protocol of the service; openai-chat by default',
      options: [...PROTOCOLS],
      exclusive: ['code'],
    }),
    code: Flags.boolean({description: 'Begin with code for a protocol of its own'}),
    dir: Flags.string({description: 'Folder of the package; by default vibe-provider-NAME here', helpValue: 'FOLDER'}),
    endpoint: Flags.string({description: 'Address of the service', helpValue: 'URL'}),
    'key-env': Flags.string({
      description: 'Environment variable that holds the key',
      helpValue: 'VARIABLE',
      exclusive: ['no-key'],
    }),
    'no-key': Flags.boolean({description: 'The service needs no key'}),
    model: Flags.string({char: 'm', description: 'Model that is used by default', helpValue: 'ID'}),
    yes: Flags.boolean({char: 'y', description: 'Ask nothing'}),
  }

  async run(): Promise<CreatedProvider> {
    const {args, flags} = await this.parse(ProviderCreate)
    const {protocol, endpoint, model, dir} = flags
    const keyVariable = flags['no-key'] ? false : flags['key-env']
    const partial: PartialCreate = {
      ...(args.name !== undefined && {name: args.name}),
      ...(flags.code && {kind: 'code'}),
      ...(protocol !== undefined && isProtocol(protocol) && {kind: {protocol}}),
      ...(dir !== undefined && {folder: dir}),
      ...(endpoint !== undefined && {endpoint}),
      ...(keyVariable !== undefined && {keyVariable}),
      ...(model !== undefined && {model}),
    }
    const created = await createWithQuestions(partial, !flags.yes && !flags.json, {
      cwd: process.cwd(),
      templates: join(this.config.root, 'dist/scaffold'),
      installed: [...this.config.plugins.keys()],
      signal: this.stopSignal(),
    })
    this.log(`Created ${created.package} in ${created.folder}: ${created.files.length} files.`)
    if (created.placeholder)
      this.log(`Put the address of the service into vibe.provider.json: ${created.endpoint} is none.`)
    this.log('\nNext:')
    for (const line of created.next) this.log(`  ${line}`)
    return created
  }
}
