import {VibeCommand} from '../../base-command.ts'
import {userFile} from '../../config/load.ts'
import {resetConfig} from '../../config/write.ts'
import type {WriteResult} from '../../config/write.ts'

export default class ConfigReset extends VibeCommand<typeof ConfigReset> {
  static override description = 'Start your config.json anew; the old one is kept beside it, stored keys stay'
  static override examples = ['<%= config.bin %> config reset']

  async run(): Promise<WriteResult> {
    await this.parse(ConfigReset)
    const result = await resetConfig(userFile(process.env), this.stopSignal())
    this.log(
      '%s',
      result.keptCopy === undefined
        ? `${result.file} is new`
        : `${result.file} is new; the old one is ${result.keptCopy}`,
    )
    return result
  }
}
