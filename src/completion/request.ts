import {unquote} from './unquote.ts'

export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const
export type Shell = (typeof SHELLS)[number]

/** What a shell's script asks: the words of a line without their quotes, and where the cursor is. */
export type Request = {
  shell: Shell
  /** The first is the program. */
  words: string[]
  index: number
  /** The word at the cursor, up to the cursor. */
  current: string
  /** The same as it was typed, with quotes. */
  raw: string
  /** bash: the characters at which it splits a word that it completes. */
  breaks: string
  /** bash: the columns of a list that is only looked at; undefined when the line is to be changed. */
  list?: number
}

const LONGEST_LINE = 100_000

/**
 * Understands `--shell SHELL --index N [--breaks CHARACTERS] [--list COLUMNS] -- WORD…`, where N counts from the program
 * as 0 and the word at the cursor ends at the cursor. bash and fish hand over words as typed, the others without quotes. PowerShell keeps `--` to
 * itself and says `--words` instead.
 * @returns undefined for anything else: a script of another version must get silence, not an error
 */
export function readRequest(argv: readonly string[]): Request | undefined {
  const end = argv.findIndex((word) => word === '--' || word === '--words')
  const given = argv.slice(end + 1)
  const options = optionsOf(argv.slice(0, end === -1 ? 0 : end))
  const shell = SHELLS.find((name) => name === options.get('--shell'))
  const index = Number(options.get('--index'))
  if (shell === undefined || !Number.isSafeInteger(index) || index < 1 || index > given.length) return undefined
  if (given.reduce((length, word) => length + word.length, 0) > LONGEST_LINE) return undefined
  const raw = given[index] ?? ''
  const plain = (word: string, at: number) =>
    shell === 'bash' || (shell === 'fish' && at === index) ? unquote(word, shell).value : word
  const words = given.map(plain)
  const columns = Number(options.get('--list'))
  return {
    shell,
    words,
    index,
    current: words[index] ?? '',
    raw,
    breaks: options.get('--breaks') ?? '',
    ...(options.has('--list') && {list: columns > 0 ? columns : 80}),
  }
}

function optionsOf(words: readonly string[]): Map<string, string> {
  const options = new Map<string, string>()
  for (let at = 0; at + 1 < words.length; at += 2) options.set(words[at] ?? '', words[at + 1] ?? '')
  return options
}
