import {CommandHelp, Help, type Command, type Interfaces} from '@oclif/core'

const FIRST_STEPS: Array<[string, string]> = [
  ['vibe', 'talk with a model about the project in this folder'],
  ['vibe fix the failing test', 'the same, with the first request'],
  ['vibe run "add a changelog" --yes', 'one request without a person: scripts and CI'],
  ['vibe setup', 'choose a model service'],
  ['vibe demo', 'see it work without a key and without a network'],
]

/** Examples come before flags: most people look for a line to copy. */
class ExamplesFirst extends CommandHelp {
  protected override sections(): ReturnType<CommandHelp['sections']> {
    const rank = (header: string) => ['USAGE', 'EXAMPLES'].indexOf(header) >>> 0
    return super.sections().sort((one, other) => rank(one.header) - rank(other.header))
  }
}

/** oclif's help with examples first, topics and commands in one list, and the way to the exit codes. */
export class VibeHelp extends Help {
  protected override CommandHelpClass = ExamplesFirst

  override formatRoot(): string {
    const description = this.config.pjson.description ?? ''
    return [`${description}.`, this.section('FIRST STEPS', this.list(FIRST_STEPS))].join('\n\n')
  }

  protected override async showRootHelp(): Promise<void> {
    this.log(this.formatRoot())
    this.log('')
    this.log(this.section('COMMANDS', this.list(this.rootEntries())))
    this.log('')
    this.log(
      `"${this.config.bin} help COMMAND" shows one of them, "${this.config.bin} help exit-codes" what scripts can rely on.`,
    )
  }

  protected override formatTopics(topics: Interfaces.Topic[]): string {
    return super.formatTopics(topics).replace('TOPICS', 'COMMANDS')
  }

  /** Commands and topics of the first level; a name that is both appears once. */
  private rootEntries(): Array<[string, string]> {
    const entries = new Map<string, string>()
    for (const topic of this.sortedTopics) {
      if (!topic.name.includes(':')) entries.set(topic.name, firstLine(topic.description))
    }
    for (const command of this.sortedCommands) {
      const isAlias = command.aliases?.includes(command.id)
      if (!command.id.includes(':') && !isAlias) entries.set(command.id, this.firstWords(command))
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

function firstLine(text: string | undefined): string {
  return (text ?? '').split('\n', 1)[0] ?? ''
}
