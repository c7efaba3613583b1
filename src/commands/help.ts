import {Args, Flags} from '@oclif/core'
import {VibeCommand} from '../base-command.ts'
import {didYouMean} from '../did-you-mean.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {exitCodeTable} from '../exit-code-table.ts'
import {VibeHelp} from '../help.ts'
import {wrapWords} from '../ui/wrap.ts'

export default class HelpCommand extends VibeCommand {
  static override description = 'Show what vibe can do, or one of its commands'
  static override examples = ['<%= config.bin %> help run', '<%= config.bin %> help exit-codes']
  static override strict = false
  static override args = {command: Args.string({description: 'a command, or exit-codes'})}
  static override flags = {all: Flags.boolean({description: 'Show hidden commands too'})}

  async run(): Promise<{exitCodes: typeof exitCodeTable} | {help: string} | undefined> {
    const {argv, flags} = await this.parse(HelpCommand)
    const words = argv.map(String)
    if (words[0] === 'exit-codes') {
      for (const {code, meaning} of exitCodeTable)
        this.log(wrapWords(`${String(code).padStart(3)}  ${meaning}`, process.stdout.columns))
      return {exitCodes: exitCodeTable}
    }
    const help = new VibeHelp(this.config, {...this.config.pjson.oclif.helpOptions, all: flags.all})
    const itself = words[0] === 'help' && this.config.findCommand('help')
    const show = () =>
      itself
        ? help.showCommandHelp(itself)
        : help.showHelp(words).catch((error: Error) => this.unknown(words.join(' '), error))
    if (this.jsonEnabled()) return {help: await help.collect(show)}
    await show()
    return undefined
  }

  private unknown(typed: string, cause: Error): never {
    if (!/not found/.test(cause.message)) throw cause
    const visible = this.config.commands.filter((command) => !command.hidden).map(({id}) => id.replaceAll(':', ' '))
    const meant = didYouMean(typed.replaceAll(':', ' '), visible)
    const hint = meant === undefined ? 'vibe help lists the commands' : `vibe help ${meant}`
    const problem = {code: 'usage', message: `There is no command "${typed}".`, hint, exit: ExitCode.usage}
    throw new VibeError(problem, {cause})
  }
}
