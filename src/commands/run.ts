import {Flags} from '@oclif/core'
import {AgentCommand, agentFlags, choiceOf, limitsOf, promptArgument, rulesOf} from '../base-agent-command.ts'
import {runOneShot} from '../ui/one-shot.ts'

export default class Run extends AgentCommand {
  static override summary = 'Do one task without a person: for scripts and CI'
  static override description =
    'What is not allowed by --yes or --allow is denied and said (exit 6). Standard input that is no terminal is added as context.'
  static override examples = [
    '<%= config.bin %> run --yes "fix the failing test"',
    '<%= config.bin %> run --allow edit:src/** --allow "shell:npm test" "rename parse to read"',
    'git diff | <%= config.bin %> run --mode ask --json "review this" | jq -r .text',
  ]

  static override args = promptArgument
  /** Several words are one prompt. oclif reads this from the class itself only. */
  static override strict = false
  static override flags = {
    ...agentFlags,
    'output-schema': Flags.string({description: 'JSON schema file that the answer must fit', helpValue: 'FILE'}),
  }

  override async run(): Promise<void> {
    const {flags, argv} = await this.parse(Run)
    const schema = flags['output-schema']
    process.exitCode = await runOneShot(
      {
        host: this.host(),
        choice: choiceOf(flags),
        session: {continue: flags.continue, ...(flags.resume === undefined ? {} : {resume: flags.resume})},
        prompt: argv.join(' '),
        mode: flags.mode,
        files: [...(flags.file ?? []), ...(flags.read ?? [])],
        images: flags.image ?? [],
        rules: rulesOf(flags, process.cwd()),
        limits: limitsOf(flags),
        format: flags['output-format'] ?? (flags.json ? 'json' : 'text'),
        ...(schema === undefined ? {} : {outputSchemaFile: schema}),
        quiet: flags.quiet,
        signal: this.interruption(),
      },
      {stdin: process.stdin, out: process.stdout, talk: process.stderr},
    )
  }
}
