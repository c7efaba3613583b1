import {Args} from '@oclif/core'
import {VibeCommand} from '../../base-command.ts'
import {explainKey, originText} from '../../config/explain.ts'
import type {Explanation} from '../../config/explain.ts'
import {problemText, valueText} from '../../config/problem-text.ts'
import {loadOptionsFor} from '../../permissions/load-options.ts'
import {sanitize} from '../../ui/sanitize.ts'
import {shortHome} from '../../ui/short-path.ts'

export default class ConfigExplain extends VibeCommand<typeof ConfigExplain> {
  static override description = 'Show what every layer says about a setting, with file and line, and which one wins'
  static override examples = ['<%= config.bin %> config explain defaultModel']
  static override args = {key: Args.string({description: 'Dotted name of a setting or of a group', required: true})}

  async run(): Promise<Explanation> {
    const {args} = await this.parse(ConfigExplain)
    const explanation = explainKey(args.key, loadOptionsFor(process.cwd(), process.env))
    for (const problem of explanation.problems) this.logToStderr(sanitize(problemText(problem)))
    this.log(sanitize(`${explanation.key} = ${valueText(explanation.value)}`))
    for (const {origin, value, wins} of explanation.layers) {
      this.log(sanitize(`  ${wins ? '*' : ' '} ${valueText(value)}  ${shortHome(originText(origin), process.env)}`))
    }
    if (explanation.layers.length === 0)
      this.logToStderr(`No layer sets it. To set it: vibe config:set ${explanation.key} VALUE`)
    return explanation
  }
}
