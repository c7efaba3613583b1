import {Args, Flags} from '@oclif/core'
import {VibeCommand} from '../base-command.ts'
import {homes} from '../paths.ts'
import {usageReport, type UsageReport} from '../sessions/usage.ts'
import {showUsage} from '../ui/usage.ts'
import {BY} from '../ui/usage-lines.ts'
import {usageSpan} from '../ui/usage-span.ts'

export type UsageResult = UsageReport & {file?: string}

export default class Usage extends VibeCommand {
  static override summary = 'Tokens and costs by day, model and project'
  static override description =
    'Counted from the logs of your sessions on this machine; nothing is asked of a service. Costs are estimates from list prices. What is unknown is said and in no sum: a cost with "≥" lacks answers whose price is unknown.'
  static override examples = [
    '<%= config.bin %> usage',
    '<%= config.bin %> usage --days 30 --by model',
    '<%= config.bin %> usage --html chart.html',
    '<%= config.bin %> usage --since 2026-01-01 --csv > usage.csv',
  ]

  static override args = {
    file: Args.string({description: 'Where --html or --csv is written; standard output when absent'}),
  }

  static override flags = {
    days: Flags.integer({
      description: 'The last so many days, today included (7 when absent)',
      min: 1,
      max: 36_500,
      helpValue: 'N',
      exclusive: ['since'],
    }),
    since: Flags.string({description: 'From this day on', helpValue: 'DATE'}),
    by: Flags.option({
      options: BY,
      multiple: true,
      multipleNonGreedy: true,
      description: 'Only this; may be repeated',
    })(),
    csv: Flags.boolean({description: 'A table for spreadsheets', exclusive: ['html']}),
    html: Flags.boolean({description: 'A page with charts, in one file that loads nothing'}),
    output: Flags.string({char: 'o', description: 'The same as naming the file last', helpValue: 'FILE'}),
    force: Flags.boolean({description: 'Replace a file that is there'}),
  }

  async run(): Promise<UsageResult> {
    const {args, flags} = await this.parse(Usage, this.argv.flatMap(apart))
    const {days, since, csv, html, force, by = [...BY]} = flags
    const span = usageSpan({...(days !== undefined && {days}), ...(since !== undefined && {since})}, Date.now())
    const format = csv ? 'csv' : html ? 'html' : 'text'
    const file = args.file ?? flags.output
    const wish = {format, by, file, force, json: this.jsonEnabled(), signal: this.stopSignal()} as const
    return showUsage(await usageReport(homes(), span), wish, (line) => this.log(line))
  }
}

/** `--html=FILE` names the file as well as `--html FILE` does. */
function apart(word: string): string[] {
  const [, flag, file] = /^(--(?:html|csv))=(.+)$/s.exec(word) ?? []
  return flag !== undefined && file !== undefined ? [flag, file] : [word]
}
