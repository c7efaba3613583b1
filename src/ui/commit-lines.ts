import type {CommitResult} from '../agent/commits/desk.ts'
import {sanitize} from './sanitize.ts'

const SHOWN = 40
const WORDS = {added: 'new', changed: '', deleted: 'deleted'} as const

/** What a commit would hold, and what not. */
export function commitLines({branch, staged, files, leftOut}: CommitResult, dryRun: boolean): string[] {
  const count = files.length === 1 ? '1 file' : `${files.length} files`
  const place = branch === undefined ? 'on no branch' : `on ${sanitize(branch)}`
  const what = staged ? `What is staged, ${count},` : count
  return [
    `${dryRun ? 'Would commit' : 'To commit'}: ${what} ${place}`,
    ...files.slice(0, SHOWN).map(fileLine),
    ...(files.length > SHOWN ? [`  and ${files.length - SHOWN} more`] : []),
    ...leftOut.map(({path, reason}) => `  not in it: ${oneLineName(path)}: ${reason}`),
  ]
}

function fileLine({path, change, added, removed}: CommitResult['files'][number]): string {
  const counts = added === undefined ? 'not text' : `+${added} -${removed ?? 0}`
  return [`  ${oneLineName(path)}`, counts, WORDS[change]].filter((part) => part !== '').join('  ')
}

export function messageLines(message: string, writtenBy?: string): string[] {
  const by = writtenBy === undefined ? '' : ` by ${sanitize(writtenBy)}`
  return [
    `Message${by}:`,
    ...sanitize(message)
      .split('\n')
      .map((line) => `  ${line}`.trimEnd()),
  ]
}

export function madeLine({commit = '', branch, message = '', committed}: CommitResult): string {
  if (!committed) return 'Nothing was committed: the history has it all already.'
  const place = branch === undefined ? '' : ` on ${sanitize(branch)}`
  return `Committed ${commit.slice(0, 10)}${place}: ${sanitize(message.split('\n', 1)[0] ?? '')}`
}

/** A name may hold line feeds. */
export function oneLineName(path: string): string {
  return sanitize(path).replaceAll('\n', '␊')
}
