/** What the first characters of a line begin. Indentation is taken away before. */
export type Marker = {
  /** As it is shown; lists with other signs are other lists. */
  text: string
  sign: string
  /** Of an ordered list. */
  number?: number
  /** Characters up to the content. */
  length: number
  /** Whether content follows. */
  empty: boolean
  task?: boolean
}

const MARKER = /^(?:([-*+])|(\d{1,9})([.)]))(?:( +)(?=\S)|[ \t]*$|(\t+| +))/
const TASK = /^\[([ xX])\] (?=\S)/

/** The sign of a list item, with what belongs to it. */
export function listMarker(text: string): Marker | undefined {
  const match = MARKER.exec(text)
  if (!match || isRule(text)) return undefined
  const sign = match[1] ?? match[3] ?? '-'
  const width = (match[1] ?? `${match[2]}${match[3]}`).length
  const blanks = match[4]?.length ?? 0
  // More blanks than four begin code inside the item.
  const length = width + (blanks === 0 || blanks > 4 ? 1 : blanks)
  const empty = text.slice(width).trim() === ''
  const number = match[2] === undefined ? {} : {number: Number(match[2])}
  return {text: match[1] ?? `${match[2]}${match[3]}`, sign, length, empty, ...number}
}

export function taskMarker(text: string): {done: boolean; length: number} | undefined {
  const match = TASK.exec(text)
  return match ? {done: match[1] !== ' ', length: match[0].length} : undefined
}

export function heading(text: string): {level: number; text: string} | undefined {
  const match = /^(#{1,6})(?:[ \t]+(.*))?$/s.exec(text)
  if (!match) return undefined
  const words = (match[2] ?? '').trimEnd().replace(/(^|[ \t]+)#+$/, '')
  return {level: match[1]?.length ?? 1, text: words}
}

/** Three signs or more and nothing else; the line under a title counts too. */
export function isRule(text: string): boolean {
  return /^(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/.test(text)
}

export function isUnderline(text: string): boolean {
  return /^=+[ \t]*$/.test(text)
}

export type FenceStart = {sign: string; length: number; info: string}

export function fenceStart(text: string): FenceStart | undefined {
  const match = /^(`{3,}|~{3,})([^\n]*)$/.exec(text)
  const sign = match?.[1]?.charAt(0) ?? ''
  if (!match || (sign === '`' && match[2]?.includes('`') === true)) return undefined
  return {sign, length: match[1]?.length ?? 3, info: (match[2] ?? '').trim()}
}

/** @returns the alignments of a row of dashes under the head of a table */
export function tableRule(text: string): Array<'left' | 'right' | 'centre'> | undefined {
  if (!/^[|:\- \t]+$/.test(text) || !text.includes('-') || !text.includes('|')) return undefined
  const cells = text.trim().replace(/^\|/, '').replace(/\|$/, '').split('|')
  if (!cells.every((cell) => /^[ \t]*:?-+:?[ \t]*$/.test(cell))) return undefined
  return cells.map((cell) => {
    const sides = cell.trim()
    if (!sides.endsWith(':')) return 'left'
    return sides.startsWith(':') && sides.length > 1 ? 'centre' : 'right'
  })
}

/** So far into a line it is known what it is, unless it is made of signs that may go on. */
export const TELLING = 80

/** Whether a line may be the head of a table: its bar comes first, or early. */
export function mayBeTableHead(text: string): boolean {
  return text.startsWith('|') || text.slice(0, TELLING).includes('|')
}
