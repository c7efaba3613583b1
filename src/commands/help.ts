import {Args, Flags} from '@oclif/core'
import {VibeCommand} from '../base-command.ts'
import {exitCodeTable} from '../exit-code-table.ts'
import {VibeHelp} from '../help.ts'

export default class HelpCommand extends VibeCommand {
  static override description = 'Show what vibe can do, or one of its commands'
  static override examples = ['<%= config.bin %> help run', '<%= config.bin %> help exit-codes']
  static override strict = false
  static override args = {command: Args.string({description: 'a command, or exit-codes'})}
  static override flags = {all: Flags.boolean({description: 'Show hidden commands too'})}

  async run(): Promise<{exitCodes: typeof exitCodeTable} | undefined> {
    const {argv, flags} = await this.parse(HelpCommand)
    const words = argv.map(String)
    if (words[0] === 'exit-codes') {
      for (const {code, meaning} of exitCodeTable) this.log(`${String(code).padStart(3)}  ${meaning}`)
      return {exitCodes: exitCodeTable}
    }
    const help = new VibeHelp(this.config, {...this.config.pjson.oclif.helpOptions, all: flags.all})
    const itself = words[0] === 'help' && this.config.findCommand('help')
    await (itself ? help.showCommandHelp(itself) : help.showHelp(words))
    return undefined
  }
}
