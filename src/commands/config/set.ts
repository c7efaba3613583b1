import {Args} from '@oclif/core'
import {VibeCommand} from '../../base-command.ts'
import {assignValue} from '../../config/change.ts'
import type {ChangedValue} from '../../config/change.ts'
import {valueText} from '../../config/problem-text.ts'
import {loadOptionsFor} from '../../permissions/load-options.ts'
import {sanitize} from '../../ui/sanitize.ts'

export default class ConfigSet extends VibeCommand<typeof ConfigSet> {
  static override description = 'Set a value in your own config.json'
  static override examples = [
    '<%= config.bin %> config set defaultTemperature 0.2',
    '<%= config.bin %> config set customHeaders.X-Team blue',
    `<%= config.bin %> config set permissions.rules '[{"decision":"allow","kind":"execute","match":"npm test"}]'`,
  ]
  static override args = {
    key: Args.string({description: 'Dotted name of a setting', required: true}),
    value: Args.string({description: 'Text, number, true or false; JSON for lists', required: true}),
  }

  async run(): Promise<ChangedValue> {
    const {args} = await this.parse(ConfigSet)
    const changed = await assignValue(args, loadOptionsFor(process.cwd(), process.env), this.stopSignal())
    for (const notice of changed.notices) this.logToStderr(sanitize(`! ${notice}`))
    this.log(sanitize(`${args.key} = ${valueText(changed.value)}  (${changed.file})`))
    return changed
  }
}
