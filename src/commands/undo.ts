import {Args, Flags} from '@oclif/core'
import {
  changedProject,
  listSteps,
  oldContent,
  takeBack,
  undoChoice,
  type StepReport,
  type TakeBackReport,
} from '../agent/take-back.ts'
import {VibeCommand} from '../base-command.ts'
import {ExitCode} from '../exit-codes.ts'
import {homes} from '../paths.ts'
import {diffScreen} from '../ui/diff.ts'
import {stepLines, takeBackLines} from '../ui/take-back-lines.ts'

export type UndoResult = TakeBackReport | {steps: StepReport[]; damaged: number} | {path: string; content: string}

export default class Undo extends VibeCommand {
  static override summary = 'Take back what vibe changed in this project'
  static override description =
    'Works from its own journal: without git, after a restart, and never over what you changed since. What you changed elsewhere in a file is kept; where it is the same lines, nothing is changed and said.'
  static override examples = [
    '<%= config.bin %> undo',
    '<%= config.bin %> undo 3 --preview',
    '<%= config.bin %> undo --list',
    '<%= config.bin %> undo 0mitk1c2xabc --print src/a.ts > a.old.ts',
  ]

  static override args = {
    what: Args.string({description: 'How many of the latest steps (1 when absent), or the id of one', default: '1'}),
  }

  static override flags = {
    preview: Flags.boolean({char: 'n', description: 'Show what it would do, with the diff, and change nothing'}),
    list: Flags.boolean({char: 'l', description: 'List what can be taken back, newest first', exclusive: ['preview']}),
    print: Flags.string({description: 'Print what this file held before the change', exclusive: ['preview', 'list']}),
  }

  override async run(): Promise<UndoResult> {
    const {args, flags} = await this.parse(Undo)
    const place = placeOf(homes().data)
    if (flags.list) return this.list(place)
    if (flags.print !== undefined) return this.print({...place, id: args.what, name: flags.print})
    const choice = undoChoice(args.what)
    const preview = flags.preview ? {preview: true} : {}
    const report = await takeBack({
      kind: 'undo',
      ...place,
      choice,
      ...preview,
      env: process.env,
      signal: this.stopSignal(),
    })
    for (const line of takeBackLines(report, flags.preview ? diffScreen(process.stdout, process.env) : undefined))
      this.log(line)
    if (report.conflicts.length > 0) process.exitCode = ExitCode.checkFailed
    return report
  }

  private async list({root, data}: {root: string; data: string}): Promise<UndoResult> {
    const listed = await listSteps(root, data)
    if (listed.steps.length === 0) this.log('Nothing was changed here.')
    for (const line of stepLines(listed.steps, Date.now())) this.log(line)
    if (listed.damaged > 0)
      this.logToStderr(`${listed.damaged} entries of the journal are damaged and were passed over.`)
    return listed
  }

  private async print(what: {root: string; data: string; id: string; name: string}): Promise<UndoResult> {
    const bytes = await oldContent(what)
    if (!this.jsonEnabled()) process.stdout.write(bytes)
    return {path: what.name, content: Buffer.from(bytes).toString('utf8')}
  }
}

function placeOf(data: string): {root: string; data: string} {
  return {root: changedProject(process.cwd(), data), data}
}
