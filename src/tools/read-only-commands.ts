import {plainWords} from '../permissions/commands.ts'

/** Programs that only look, whatever their arguments. */
const LOOKING = new Set(
  'ls cat head tail wc grep egrep fgrep rg pwd echo which type file stat du df tree uname date whoami id hostname true false test cmp diff basename dirname realpath readlink nproc ps'.split(
    ' ',
  ),
)
const LOOKING_GIT = new Set([
  'status',
  'log',
  'show',
  'rev-parse',
  'ls-files',
  'ls-tree',
  'blame',
  'describe',
  'shortlog',
  'grep',
])

/**
 * Whether a command certainly changes no file of the project: one plain program that only looks. Anything with
 * redirections, substitutions or a program that is not known may write.
 */
export function onlyLooks(command: string): boolean {
  const words = plainWords(command)
  if (!words) return false
  const [program = '', verb = ''] = words
  if (LOOKING.has(program)) return true
  return (
    program === 'git' && LOOKING_GIT.has(verb) && !words.some((word) => word.startsWith('--output') || word === '-o')
  )
}
