import {Flags} from '@oclif/core'
import {changedProject, takeBack, type TakeBackReport} from '../agent/take-back.ts'
import {VibeCommand} from '../base-command.ts'
import {ExitCode} from '../exit-codes.ts'
import {homes} from '../paths.ts'
import {diffScreen} from '../ui/diff.ts'
import {takeBackLines} from '../ui/take-back-lines.ts'

export default class Redo extends VibeCommand {
  static override summary = 'Bring back what the last undo took away'
  static override description = 'Possible until something else is changed by vibe; what you changed since is kept.'
  static override examples = ['<%= config.bin %> redo', '<%= config.bin %> redo --preview']

  static override flags = {
    preview: Flags.boolean({char: 'n', description: 'Show what it would do, with the diff, and change nothing'}),
  }

  override async run(): Promise<TakeBackReport> {
    const {flags} = await this.parse(Redo)
    const {data} = homes()
    const place = {root: changedProject(process.cwd(), data), data}
    const preview = flags.preview ? {preview: true} : {}
    const report = await takeBack({kind: 'redo', ...place, ...preview, env: process.env, signal: this.stopSignal()})
    for (const line of takeBackLines(report, flags.preview ? diffScreen(process.stdout, process.env) : undefined))
      this.log(line)
    if (report.conflicts.length > 0) process.exitCode = ExitCode.checkFailed
    return report
  }
}
