import {Args, Flags} from '@oclif/core'
import type {CommitResult} from '../agent/commits/desk.ts'
import {createCostMeter} from '../agent/limits.ts'
import {openWorkplace} from '../agent/open.ts'
import {VibeCommand} from '../base-command.ts'
import {commitHere} from '../ui/commit.ts'
import {canAsk} from '../ui/prompts.ts'

export default class Commit extends VibeCommand {
  static override summary = 'Commit what is staged, else what changed, with a message that you confirm'
  static override description =
    'Without -m a model writes the message from the diff: smallModel when it is set, else the configured one; files that may hold secrets are not shown to it. New files that look like secrets are left out unless they are named. No program that the repository configures is run, its hooks only with git.hooks in a trusted project.'
  static override examples = [
    '<%= config.bin %> commit',
    '<%= config.bin %> commit -m "Read the file once" src/read.ts',
    '<%= config.bin %> commit --yes --json',
    '<%= config.bin %> commit --dry-run',
  ]

  /** Several files. */
  static override strict = false
  static override args = {
    file: Args.string({
      description: 'Commit these files or folders as they are now, and nothing else',
      required: false,
    }),
  }

  static override flags = {
    message: Flags.string({char: 'm', description: 'The message, as it is', helpValue: 'MESSAGE'}),
    yes: Flags.boolean({char: 'y', description: 'Without a question'}),
    'dry-run': Flags.boolean({char: 'n', description: 'Show what would be committed; asks no model'}),
    provider: Flags.string({
      char: 'p',
      description: 'Who writes the message, by its configured name',
      helpValue: 'NAME',
    }),
    model: Flags.string({description: 'Model id, or provider/model', helpValue: 'ID'}),
    offline: Flags.boolean({description: 'Connect to local addresses only'}),
  }

  override async run(): Promise<CommitResult> {
    const {flags, argv} = await this.parse(Commit)
    const host = {
      plugins: [...this.config.plugins.values()],
      env: process.env,
      cwd: process.cwd(),
      version: this.config.version,
    }
    const {provider, model, message} = flags
    const workplace = await openWorkplace(host, {
      ...(provider === undefined ? {} : {provider}),
      ...(model === undefined ? {} : {model}),
      offline: flags.offline,
    })
    const request = {
      workplace,
      files: argv.map(String),
      cost: createCostMeter(workplace.config.values.maxCost),
      signal: this.stopSignal(),
      ...(message === undefined ? {} : {message}),
    }
    const terminal = canAsk() && !this.jsonEnabled() ? {input: process.stdin, output: process.stdout} : undefined
    return commitHere({
      request,
      yes: flags.yes,
      dryRun: flags['dry-run'],
      ...(terminal && {terminal}),
      say: (line) => this.log(line),
      talk: (line) => this.logToStderr(line),
    })
  }
}
