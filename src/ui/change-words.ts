import type {FileDiff} from '../edits/file-diff.ts'
import {readHunks, type DiffRow} from '../edits/diff-hunks.ts'
import {sanitize} from './sanitize.ts'

/** `old.ts → new.ts` for a moved file, else its path. */
export function changeName({path, from}: Pick<FileDiff, 'path' | 'from'>): string {
  return from === undefined ? shownName(path) : `${shownName(from)} → ${shownName(path)}`
}

/** On one line, and no blank of it unseen, whatever is in it. */
function shownName(name: string): string {
  const visible = name
    .replaceAll(/[\t\n\r]/g, (blank) => String.fromCharCode(0x2400 + blank.charCodeAt(0)))
    .replaceAll(/^ +| +$/g, (blanks) => '·'.repeat(blanks.length))
  return sanitize(visible).replaceAll(
    /[\u00A0\u1680\u2000-\u200A\u202F\u205F]/g,
    (blank) => `<U+${blank.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}>`,
  )
}

/** What `+3 -2` does not say of a change, in words that follow its name. */
export function changeWords(file: FileDiff): string[] {
  return [...similarityWords(file), ...emptyWords(file), ...modeWords(file), ...binaryWords(file), ...endingWords(file)]
}

/** `+3 -2`; empty where no lines came or went and words say more. */
export function changeCounts({op, added, removed, mode, binary}: Omit<FileDiff, 'diff'>): string {
  if (added + removed > 0) return `+${added} -${removed}`
  return op === 'change' && mode === undefined && binary === undefined ? '+0 -0' : ''
}

const DONE = {create: 'new file', change: '', delete: 'deleted', move: 'renamed'} as const

/** One line for a change that was made: its name, how many lines came and went, and what else there is to say. */
export function changeSummary(file: FileDiff): string {
  const words = [DONE[file.op], ...changeWords(file)].filter((word) => word !== '').join(', ')
  return [changeName(file), changeCounts(file), words].filter((part) => part !== '').join('  ')
}

function similarityWords({op, similarity = 100}: FileDiff): string[] {
  if (op !== 'move') return []
  return [similarity === 100 ? 'content unchanged' : `${similarity} % of it unchanged`]
}

function emptyWords({op, diff, binary}: FileDiff): string[] {
  const isWhole = op === 'create' || op === 'delete'
  return isWhole && !binary && readHunks(diff).length === 0 ? ['empty'] : []
}

function modeWords({op, diff, mode}: FileDiff): string[] {
  if (op === 'create')
    return diff.startsWith('diff --git') && diff.includes('\nnew file mode 100755\n') ? ['executable'] : []
  if (!mode) return []
  const [old, next] = [(mode.before & 0o111) !== 0, (mode.after & 0o111) !== 0]
  if (old !== next) return [next ? 'now executable' : 'no longer executable']
  return [`permissions ${octal(mode.before)} → ${octal(mode.after)}`]
}

function octal(mode: number): string {
  return mode.toString(8).padStart(3, '0')
}

function binaryWords({binary}: FileDiff): string[] {
  if (!binary) return []
  const {before, after, kind} = binary
  const what = kind === 'binary' ? 'binary' : 'not UTF-8 text'
  if (before === undefined || after === undefined) return [`${what}, ${size(before ?? after ?? 0)}`]
  return [`${what}, ${before === after ? size(before) : `${size(before)} → ${size(after)}`}`]
}

/** 12 bytes, 3.4 kB, 5.6 MB. */
function size(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? '1 byte' : `${bytes} bytes`
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}

type Ending = 'CRLF' | 'LF' | undefined

/** Line ends and the last line's end, where they change or are not the usual ones. */
function endingWords({op, diff}: FileDiff): string[] {
  const rows = readHunks(diff).flatMap((hunk) => hunk.rows)
  const removed = rows.filter(({sign}) => sign === '-')
  const added = rows.filter(({sign}) => sign === '+')
  const words: string[] = []
  const [old, next, around] = [removed, added, rows.filter(({sign}) => sign === ' ')].map(endingOf)
  if (op === 'create' && next === 'CRLF') words.push('line endings CRLF')
  if (old && next && old !== next) {
    const lines = added.filter(({unfinished}) => !unfinished).length
    words.push(`line endings ${old} → ${next} in ${lines === 1 ? '1 line' : `${lines} lines`}`)
  } else if (next && around && next !== around) words.push(`line endings ${next} between lines with ${around}`)
  return [...words, ...finalWords(op, removed, added)]
}

/** @returns undefined where there are none, or both */
function endingOf(rows: readonly DiffRow[]): Ending {
  const finished = rows.filter(({unfinished}) => !unfinished)
  const returns = finished.filter(({text}) => text.endsWith('\r')).length
  if (finished.length === 0 || (returns > 0 && returns < finished.length)) return undefined
  return returns > 0 ? 'CRLF' : 'LF'
}

function finalWords(op: FileDiff['op'], removed: readonly DiffRow[], added: readonly DiffRow[]): string[] {
  const [old, next] = [removed.at(-1)?.unfinished, added.at(-1)?.unfinished]
  if (op === 'create') return next ? ['no newline at end of file'] : []
  if (op === 'delete' || removed.length === 0 || added.length === 0) return []
  if (old && !next) return ['newline at end of file added']
  return next && !old ? ['newline at end of file removed'] : []
}
