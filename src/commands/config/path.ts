import {VibeCommand} from '../../base-command.ts'
import {configPaths} from '../../config/change.ts'
import type {ConfigPaths} from '../../config/change.ts'

export default class ConfigPath extends VibeCommand<typeof ConfigPath> {
  static override description = 'Show where your config.json lies; with --json also the other folders'
  static override examples = ['<%= config.bin %> config path', '<%= config.bin %> config path --json']

  async run(): Promise<ConfigPaths> {
    await this.parse(ConfigPath)
    const paths = configPaths(process.cwd(), process.env)
    this.log('%s', paths.file)
    return paths
  }
}
