import {Args} from '@oclif/core'
import {VibeCommand} from '../../base-command.ts'
import {getValue} from '../../config/explain.ts'
import type {GottenValue} from '../../config/explain.ts'
import {problemText, valueText} from '../../config/problem-text.ts'
import {loadOptionsFor} from '../../permissions/load-options.ts'
import {sanitize} from '../../ui/sanitize.ts'

export default class ConfigGet extends VibeCommand<typeof ConfigGet> {
  static override description = 'Show the value of a setting that holds here; secrets by their last four characters'
  static override examples = [
    '<%= config.bin %> config get defaultModel',
    '<%= config.bin %> config get providers.work --json',
  ]
  static override args = {key: Args.string({description: 'Dotted name of a setting or of a group', required: true})}

  async run(): Promise<GottenValue> {
    const {args} = await this.parse(ConfigGet)
    const found = getValue(args.key, loadOptionsFor(process.cwd(), process.env))
    for (const problem of found.problems) this.logToStderr(sanitize(problemText(problem)))
    this.log(sanitize(valueText(found.value)))
    return found
  }
}
