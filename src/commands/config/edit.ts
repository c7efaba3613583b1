import {VibeCommand} from '../../base-command.ts'
import {editConfig} from '../../config/edit.ts'
import type {Problem} from '../../config/layers.ts'
import {userFile} from '../../config/load.ts'
import {problemText} from '../../config/problem-text.ts'
import {sanitize} from '../../ui/sanitize.ts'

export default class ConfigEdit extends VibeCommand<typeof ConfigEdit> {
  static override description = 'Open your config.json in $VISUAL or $EDITOR, and check it afterwards'
  static override examples = ['<%= config.bin %> config edit', 'EDITOR="code --wait" <%= config.bin %> config edit']

  async run(): Promise<{file: string; problems: Problem[]}> {
    await this.parse(ConfigEdit)
    const file = userFile(process.env)
    const problems = await editConfig(file, process.env, this.stopSignal())
    for (const problem of problems) this.logToStderr(sanitize(problemText(problem)))
    this.log(sanitize(problems.length === 0 ? `${file} is valid` : `${file} has ${problems.length} problem(s)`))
    return {file, problems}
  }
}
