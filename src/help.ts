import {CommandHelp, Help, type Command, type Interfaces} from '@oclif/core'
import {wrapWords} from './ui/wrap.ts'

const WIDEST = 100
/** Where no terminal tells its own. */
const USUAL = 80

/** It works, but completes neither values nor fish: people are sent through one door, `completion`. */
const OTHER_COMPLETION = 'autocomplete'

const FIRST_STEPS: Array<[string, string]> = [
  ['vibe', 'talk with a model about the project in this folder'],
  ['vibe fix the failing test', 'the same, with the first request'],
  ['vibe run "add a changelog" --yes', 'one request without a person: scripts and CI'],
  ['vibe setup', 'choose a model service'],
  ['vibe demo', 'see it work without a key and without a network'],
]

/** Examples come before flags, since most people look for a line to copy, and nothing is said twice. */
class ExamplesFirst extends CommandHelp {
  /** Every flag has a line of its own further down. */
  protected override defaultUsage(): string {
    const args = this.args(Object.values(this.command.args ?? {}).filter((argument) => !argument.hidden)) ?? []
    const hasFlags = Object.values(this.command.flags ?? {}).some((flag) => !flag.hidden)
    return [this.command.id, ...args.map(([name]) => name), ...(hasFlags ? ['[FLAGS]'] : [])].join(' ')
  }

  /** oclif's own words for `--json` say little. */
  protected override flags(flags: Command.Flag.Any[]): ReturnType<CommandHelp['flags']> {
    const ours = (flag: Command.Flag.Any) =>
      flag.name === 'json' && flag.helpGroup === 'GLOBAL' ? {...flag, description: 'Print the result as JSON'} : flag
    return super.flags(flags.map(ours))
  }

  /** What follows the sentence that stands above everything. */
  protected override description(): string | undefined {
    const {summary, description = ''} = this.command
    const rest = summary === undefined ? description.split('\n').slice(1).join('\n') : description
    return rest.trim() === '' ? undefined : this.wrap(rest.trim())
  }

  protected override sections(): ReturnType<CommandHelp['sections']> {
    const rank = (header: string) => ['USAGE', 'EXAMPLES'].indexOf(header) >>> 0
    return super.sections().sort((one, other) => rank(one.header) - rank(other.header))
  }
}

/** oclif's help with examples first, topics and commands in one list, and the way to the exit codes. */
export class VibeHelp extends Help {
  protected override CommandHelpClass = ExamplesFirst
  private gap = ''
  private kept: string[] | undefined

  constructor(config: Interfaces.Config, options: Partial<Interfaces.HelpOptions> = {}) {
    // oclif indents some lists by two more columns than it reserves.
    super(config, {...options, maxWidth: columns() - 2})
  }

  override formatRoot(): string {
    const description = this.config.pjson.description ?? ''
    return [wrapWords(`${description}.`, columns()), this.section('FIRST STEPS', this.list(FIRST_STEPS))].join('\n\n')
  }

  protected override async showRootHelp(): Promise<void> {
    this.log(this.formatRoot())
    this.log('')
    this.log(this.section('COMMANDS', this.list(this.rootEntries())))
    this.log('')
    this.log(wrapWords(`"${this.config.bin} help COMMAND" shows one of them.`, columns()))
    this.log(wrapWords(`"${this.config.bin} help exit-codes" shows what scripts can rely on.`, columns()))
  }

  /** The help that `show` would print, as text. */
  async collect(show: (help: this) => Promise<void>): Promise<string> {
    this.kept = []
    await show(this)
    return this.kept.join('\n')
  }

  /** Blank lines separate; none is left at the end. */
  protected override log(...words: string[]): void {
    const text = words.join(' ')
    const body = text.replace(/\n+$/, '')
    if (body !== '' && this.kept) this.kept.push(`${this.gap}${body}`)
    else if (body !== '') super.log(`${this.gap}${body}`)
    this.gap = body === '' || body !== text ? '\n' : ''
  }

  protected override formatTopics(topics: Interfaces.Topic[]): string {
    return super.formatTopics(topics).replace('TOPICS', 'COMMANDS')
  }

  /** Commands and topics of the first level; a name that is both appears once. */
  private rootEntries(): Array<[string, string]> {
    const entries = new Map<string, string>()
    for (const topic of this.sortedTopics) {
      if (!topic.name.includes(':') && topic.name !== OTHER_COMPLETION)
        entries.set(topic.name, firstLine(topic.description))
    }
    for (const command of this.sortedCommands) {
      const isAlias = command.aliases?.includes(command.id)
      if (!command.id.includes(':') && !isAlias && command.id !== OTHER_COMPLETION)
        entries.set(command.id, this.firstWords(command))
    }
    return [...entries].sort(([one], [other]) => (one < other ? -1 : 1))
  }

  private firstWords(command: Command.Loadable): string {
    return firstLine(this.render(command.summary ?? command.description ?? ''))
  }

  private list(entries: Array<[string, string]>): string {
    return this.renderList(entries, {indentation: 2, spacer: '\n', stripAnsi: this.opts.stripAnsi ?? false})
  }
}

/** Commands of plugins end their sentence with a full stop; in a list none has one. */
function firstLine(text: string | undefined): string {
  return ((text ?? '').split('\n', 1)[0] ?? '').replace(/\.$/, '')
}

function columns(): number {
  return Math.min(process.stdout.columns ?? USUAL, WIDEST)
}
