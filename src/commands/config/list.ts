import {Flags} from '@oclif/core'
import {VibeCommand} from '../../base-command.ts'
import {listValues, originText} from '../../config/explain.ts'
import type {ListedValues} from '../../config/explain.ts'
import {problemText, valueText} from '../../config/problem-text.ts'
import {loadOptionsFor} from '../../permissions/load-options.ts'
import {sanitize} from '../../ui/sanitize.ts'
import {shortHome} from '../../ui/short-path.ts'

export default class ConfigList extends VibeCommand<typeof ConfigList> {
  static override description = 'Show every value that holds here, and where it comes from'
  static override examples = ['<%= config.bin %> config list', '<%= config.bin %> config list --all']
  static override flags = {all: Flags.boolean({description: 'Also show the settings that nothing sets'})}

  async run(): Promise<ListedValues> {
    const {flags} = await this.parse(ConfigList)
    const listed = listValues(loadOptionsFor(process.cwd(), process.env), flags.all)
    for (const problem of listed.problems) this.logToStderr(sanitize(problemText(problem)))
    for (const {key, value, origin} of listed.values) {
      this.log(
        sanitize(
          `${key} = ${valueText(value)}${origin === undefined ? '' : `  (${shortHome(originText(origin), process.env).replace(/ \((\w+)\)$/, ', $1')})`}`,
        ),
      )
    }
    if (listed.values.length === 0) this.logToStderr('Nothing is set. Every setting there is: vibe config:list --all')
    return listed
  }
}
