import {Args, Flags} from '@oclif/core'
import {VibeCommand} from '../../base-command.ts'
import {VibeError} from '../../errors.ts'
import {ExitCode} from '../../exit-codes.ts'
import {homes} from '../../paths.ts'
import {chooseSession} from '../../sessions/find.ts'
import {exportSession, FORMATS, formatFor, type Exported} from '../../ui/export/export-session.ts'
import {sanitize} from '../../ui/sanitize.ts'

export default class SessionExport extends VibeCommand {
  static override summary = 'Write a session as a page, as Markdown or as JSON'
  static override description =
    'The page is one file that loads and runs nothing. What looks like a key is masked, and so are the keys that vibe and the environment know; read it all the same before you pass it on. Without a file it goes to standard output; in a terminal a page goes to a file of this folder.'
  static override examples = [
    '<%= config.bin %> session export 7f3a12 -o talk.html',
    '<%= config.bin %> session export 7f3a12 --format markdown > talk.md',
    '<%= config.bin %> session export 7f3a12 --json',
  ]

  static override args = {
    id: Args.string({description: 'Its id, the beginning of it, or its title', required: true}),
  }

  static override flags = {
    format: Flags.option({
      char: 'f',
      options: FORMATS,
      description: 'By the ending of the file when absent, else html',
      exclusive: ['html', 'md'],
    })(),
    html: Flags.boolean({description: 'The same as --format html', exclusive: ['md']}),
    md: Flags.boolean({description: 'The same as --format markdown'}),
    output: Flags.string({char: 'o', description: 'Where it goes; - for standard output', helpValue: 'FILE'}),
    force: Flags.boolean({description: 'Replace a file that is there'}),
  }

  private whole = false

  async run(): Promise<Exported> {
    const {args, flags} = await this.parse(SessionExport)
    const file = chooseSession(homes(), args.id)
    const named = flags.html ? 'html' : flags.md ? 'markdown' : flags.format
    const json = this.jsonEnabled()
    const format = formatFor(named, flags.output, json)
    this.whole = format === 'json' && (flags.output ?? '-') === '-'
    if (json && !this.whole && (flags.output ?? '-') === '-') throw twoAnswers(format)
    const signal = this.stopSignal()
    const exported = await exportSession(homes(), file, {format, file: flags.output, force: flags.force, signal})
    for (const note of exported.notes) this.logToStderr(sanitize(note))
    if (exported.file !== undefined) this.log(`Wrote ${sanitize(exported.file)} (only you can read it).`)
    return exported
  }

  /** The session itself is the answer where it went to standard output. */
  protected override logJson(json: unknown): void {
    if (!this.whole || (json as {error?: unknown}).error !== undefined) super.logJson(json)
  }
}

function twoAnswers(format: string): VibeError {
  const message = `--json and --format ${format} are two answers for one output.`
  return new VibeError({code: 'usage', message, hint: 'Name a file with -o', exit: ExitCode.usage})
}
