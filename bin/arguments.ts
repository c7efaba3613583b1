import {didYouMean} from '../src/did-you-mean.ts'

export type KnownCommands = {
  /** Every command, "config:set". */
  ids: readonly string[]
  /** The ids that may be suggested. */
  visible: readonly string[]
  aliases: readonly string[]
}

export type Surroundings = {
  /** Both stdin and stdout are a terminal. */
  terminal: boolean
  /** stdin brings text. */
  piped: boolean
}

/** What a command line means: arguments for oclif, a sentence why it means nothing, or the help. */
export type Meaning = {argv: string[]} | {refuse: string} | {help: true}

/** "config:set": nobody talks like that. */
const COLON_FORM = /^[\w-]+(:[\w-]+)+$/

const GLOBAL_FLAGS = /^(--help|-h|--version)$/

/**
 * Makes a chat of what is no command: `vibe fix the bug` is `vibe chat "fix the bug"`. A slip of the finger in a
 * command's name is refused with the name that was probably meant, because asking a model costs money.
 */
export function interpret(argv: string[], known: KnownCommands, around: Surroundings): Meaning {
  const [first, second] = argv
  if (first === undefined) return around.terminal || around.piped ? {argv: ['chat']} : {help: true}
  if (first.startsWith('-')) return GLOBAL_FLAGS.test(first) ? {argv} : {argv: ['chat', ...argv]}
  if (isCommandOrTopic(first, known)) return {argv}
  const meant = probablyMeant(first, second, known)
  const namesCommand = COLON_FORM.test(first)
  const firstFlag = argv.findIndex((word) => word.startsWith('-'))
  const words = firstFlag === -1 ? argv : argv.slice(0, firstFlag)
  if (namesCommand || (meant && (words.length === 1 || meant.includes(' '))))
    return {refuse: refusal(words.join(' '), meant)}
  return {argv: ['chat', words.join(' '), ...argv.slice(words.length)]}
}

function refusal(typed: string, meant: string): string {
  const hint = meant ? `Did you mean "vibe ${meant}"?` : '"vibe help" lists the commands.'
  return `There is no command "${typed}". ${hint}\n  → To ask a model instead: vibe chat "${typed}"`
}

function isCommandOrTopic(word: string, {ids, aliases}: KnownCommands): boolean {
  return [...ids, ...aliases].some((id) => id === word || id.startsWith(`${word}:`))
}

/** @returns the command as it is typed ("config set"), "" when nothing is near */
function probablyMeant(first: string, second: string | undefined, {visible}: KnownCommands): string {
  const whole = didYouMean(first, visible)
  if (whole !== undefined && COLON_FORM.test(first)) return whole.replaceAll(':', ' ')
  const words = new Set(visible.flatMap((id) => [id, id.split(':')[0] ?? id]))
  const near = didYouMean(first, [...words])
  if (near === undefined) return ''
  const both = `${near}:${second ?? ''}`
  return (visible.includes(both) ? both : near).replaceAll(':', ' ')
}
