import {Args} from '@oclif/core'
import {VibeCommand} from '../../base-command.ts'
import {removeValue} from '../../config/change.ts'
import type {ChangedValue} from '../../config/change.ts'
import {loadOptionsFor} from '../../permissions/load-options.ts'
import {sanitize} from '../../ui/sanitize.ts'

export default class ConfigUnset extends VibeCommand<typeof ConfigUnset> {
  static override description = 'Take a value, or a whole group, out of your own config.json'
  static override examples = ['<%= config.bin %> config unset defaultModel']
  static override args = {key: Args.string({description: 'Dotted name of a setting or of a group', required: true})}

  async run(): Promise<ChangedValue> {
    const {args} = await this.parse(ConfigUnset)
    const changed = await removeValue(args.key, loadOptionsFor(process.cwd(), process.env), this.stopSignal())
    for (const notice of changed.notices) this.logToStderr(sanitize(`! ${notice}`))
    this.log(
      '%s',
      changed.before === undefined
        ? `${args.key} was not set in ${changed.file}`
        : `${args.key} is not set any more  (${changed.file})`,
    )
    return changed
  }
}
