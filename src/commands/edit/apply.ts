import {Flags} from '@oclif/core'
import {applyEdits, type EditReport} from '../../agent/apply-edits.ts'
import {readAll} from '../../agent/read-all.ts'
import {VibeCommand} from '../../base-command.ts'
import type {FileDiff} from '../../edits/file-diff.ts'
import {EDIT_FORMATS} from '../../edits/formats/read-format.ts'
import {ExitCode} from '../../exit-codes.ts'
import {homes} from '../../paths.ts'
import {diffScreen} from '../../ui/diff.ts'
import {editReportLines} from '../../ui/edit-report-lines.ts'

export default class EditApply extends VibeCommand {
  static override summary = 'Apply edits that a model wrote, all of them or none'
  static override description =
    'Reads one tool call as JSON (edit, multi_edit, write) or one text (apply_patch, search_replace, udiff, whole_file) from standard input. What does not fit with certainty is refused with the lines of the file that come nearest; then nothing is written and the exit code is 8.'
  static override examples = [
    '<%= config.bin %> edit:apply --format edit < call.json',
    '<%= config.bin %> edit:apply --format search_replace --target src/a.ts --dry-run < reply.md',
    'git diff | <%= config.bin %> edit:apply --format udiff --root ../other --json',
  ]

  static override flags = {
    format: Flags.option({options: EDIT_FORMATS, required: true})({description: 'What the input is'}),
    root: Flags.string({default: '.', description: 'The folder that paths start from; nothing outside it is touched'}),
    target: Flags.string({description: 'The file in question, where a text leaves its name out'}),
    'dry-run': Flags.boolean({char: 'n', description: 'Say what would be done, and write nothing'}),
  }

  override async run(): Promise<EditReport> {
    const {flags} = await this.parse(EditApply)
    const signal = this.stopSignal()
    const input = await readAll(process.stdin, {signal, notice: (message) => this.logToStderr(message)})
    const {format, root, target} = flags
    const place = {root, dryRun: flags['dry-run'], data: homes().data, ...(target !== undefined && {target})}
    let files: readonly FileDiff[] = []
    const report = await applyEdits({format, input, ...place, signal, show: (shown) => (files = shown)})
    const screen = diffScreen(process.stdout, process.env)
    for (const line of editReportLines(report, {files, isDryRun: flags['dry-run'], screen})) this.log(line)
    if (report.refused.length > 0) process.exitCode = ExitCode.checkFailed
    return report
  }
}
