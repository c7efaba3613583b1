import {Args} from '@oclif/core'
import {VibeCommand} from '../base-command.ts'
import {completionFor, usualShell, type Completion} from '../completion/install.ts'
import {SHELLS} from '../completion/request.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'

export default class CompletionCommand extends VibeCommand {
  static override summary = 'Print the script that makes a shell complete what you type'
  static override description = [
    'Install it with one line:',
    ...SHELLS.flatMap((shell) => completionFor(shell).install.map((line) => `  ${shell.padEnd(10)}  ${line}`)),
    'Without a shell it says which line is for yours. Providers, models, sessions and settings are completed too; the script asks vibe itself, so that new plugins need no refresh.',
  ].join('\n')
  static override examples = ['<%= config.bin %> completion bash', '<%= config.bin %> completion']
  static override args = {shell: Args.string({description: 'For which shell', options: [...SHELLS]})}

  async run(): Promise<Completion> {
    const {args} = await this.parse(CompletionCommand)
    const wanted = SHELLS.find((shell) => shell === args.shell)
    const completion = completionFor(wanted ?? detected())
    if (wanted) this.print(completion)
    else this.explain(completion)
    return completion
  }

  private print({script, install}: Completion): void {
    if (!this.jsonEnabled()) process.stdout.write(script)
    // In a terminal nothing has taken the script: the reader wants to know what to do with it.
    if (process.stdout.isTTY) for (const line of install) this.logToStderr(`\nTo install it: ${line}`)
  }

  private explain({shell, install}: Completion): void {
    this.log(`For ${shell}, run this once and start a new shell:`)
    for (const line of install) this.log(`  ${line}`)
    const others = SHELLS.filter((name) => name !== shell)
    this.log(`Other shells: ${others.map((name) => `vibe completion ${name}`).join(', ')}`)
  }
}

function detected(): (typeof SHELLS)[number] {
  const shell = usualShell(process.env)
  if (shell) return shell
  throw new VibeError({
    code: 'shell-unknown',
    message: `Which shell you use cannot be told: SHELL is ${process.env['SHELL'] ? `"${process.env['SHELL']}"` : 'not set'}.`,
    hint: `vibe completion ${SHELLS.join('|')}`,
    exit: ExitCode.usage,
  })
}
