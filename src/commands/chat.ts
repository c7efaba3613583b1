import {AgentCommand, agentFlags, choiceOf, limitsOf, promptArgument, rulesOf} from '../base-agent-command.ts'
import {runChat} from '../ui/chat.ts'
import {runOneShot} from '../ui/one-shot.ts'
import {openResume, pickSession} from '../ui/pick-session.ts'
import {canAsk} from '../ui/prompts.ts'

export default class Chat extends AgentCommand {
  static override summary = 'Talk with a model about the project, in the terminal'
  static override description =
    'Edits and commands are asked for. Where standard input or output is no terminal, one prompt is answered as by `run`.'
  static override examples = [
    '<%= config.bin %> chat',
    '<%= config.bin %> chat --continue',
    '<%= config.bin %> chat --resume',
    '<%= config.bin %> chat --mode ask "where is the retry limit set?"',
    'git diff | <%= config.bin %> chat "review this"',
  ]

  static override args = promptArgument
  /** Several words are one prompt. oclif reads this from the class itself only. */
  static override strict = false
  static override flags = agentFlags

  override async run(): Promise<void> {
    const {flags, argv} = await this.parse(Chat, openResume(this.argv, canAsk() && !this.wantsJson()))
    const resume = flags.resume === '' ? await pickSession(process.cwd()) : flags.resume
    const request = {
      host: this.host(),
      choice: choiceOf(flags),
      session: {continue: flags.continue, ...(resume === undefined ? {} : {resume})},
      prompt: argv.join(' '),
      mode: flags.mode,
      files: [...(flags.file ?? []), ...(flags.read ?? [])],
      images: flags.image ?? [],
      rules: rulesOf(flags, process.cwd()),
      limits: limitsOf(flags),
      quiet: flags.quiet,
    }
    const format = flags['output-format'] ?? (flags.json ? 'json' : 'text')
    const {stdin, stdout, stderr} = process
    const interactive = stdin.isTTY && stdout.isTTY && format === 'text'
    process.exitCode = interactive
      ? await runChat(request, {input: stdin, output: stdout})
      : await runOneShot({...request, format, signal: this.interruption()}, {stdin, out: stdout, talk: stderr})
  }
}
