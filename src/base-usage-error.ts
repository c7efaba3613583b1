import {didYouMean} from './did-you-mean.ts'
import {VibeError} from './errors.ts'
import {ExitCode} from './exit-codes.ts'

/** The command whose line was not understood. */
export type TypedCommand = {
  /** As it is typed: "config set". */
  name: string
  /** The names of its flags, without dashes. */
  flags: readonly string[]
}

type ParseError = Error & {oclif: unknown; flags?: unknown; args?: unknown}

const SEE_HELP = /\s*See more help with --help\s*$/

/** oclif's errors about a command line in a person's words, with the flag that was probably meant. Exit 2. */
export function usageError(error: ParseError, command: TypedCommand): VibeError {
  const problem = {
    code: 'usage',
    message: messageFor(error, command),
    hint: `vibe ${command.name} --help shows what it takes`,
    exit: ExitCode.usage,
  }
  return new VibeError(problem, {cause: error})
}

/** Whether oclif threw it while reading a command line. */
export function isParseError(error: Error): error is ParseError {
  return 'oclif' in error && ('parse' in error || SEE_HELP.test(error.message))
}

function messageFor(error: ParseError, command: TypedCommand): string {
  const plain = error.message.replace(SEE_HELP, '').replace(/^The following errors? occurred:\s*/, '')
  if (isListOf(error.flags, isText)) return unknownFlags(error.flags, command.flags)
  if (plain.startsWith('Missing') && isListOf(error.args, isNamed)) return missing(error.args)
  const choice = /^Expected (?:(--\S+?)=)?(.*) to be one of: (.*)$/s.exec(plain)
  if (choice)
    return `"${choice[2]}" is no value${choice[1] ? ` of ${choice[1]}` : ' for this'}. It is one of: ${choice[3]}.`
  const parsing = /^Parsing (--\S+)\s+(.*)$/s.exec(plain)
  const [, flag = '', detail = ''] = parsing ?? []
  return (!parsing || detail.startsWith(flag) ? detail || plain : `${flag}: ${detail}`).replaceAll(/\s+/g, ' ')
}

function unknownFlags(given: readonly string[], known: readonly string[]): string {
  const sentences = given.map((flag) => {
    const meant = didYouMean(flag.replace(/^-+/, ''), known)
    return `There is no flag ${flag}.${meant === undefined ? '' : ` Did you mean --${meant}?`}`
  })
  return sentences.join(' ')
}

function missing(args: ReadonlyArray<{name: string}>): string {
  return `It needs ${args.map(({name}) => name.toUpperCase()).join(' and ')}, which ${args.length === 1 ? 'is' : 'are'} missing.`
}

function isListOf<Item>(value: unknown, isItem: (item: unknown) => item is Item): value is Item[] {
  return Array.isArray(value) && value.length > 0 && value.every(isItem)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isNamed(value: unknown): value is {name: string} {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string'
}
