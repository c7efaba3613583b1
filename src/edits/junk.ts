import type {OldNew} from './formats/types.ts'

export type Unjunked = OldNew & {
  /** What was taken off, in words. */
  what: string
  /** The line number that a gutter gave the first line. */
  lineHint?: number
  /** The text begins a line, and that very line: one number alone may be part of a text. */
  atHint?: true
}

/**
 * What two halves may have been before something was wrapped around them on the way: line numbers, a fence, escapes.
 * Each way is applied to both halves alike, or it is none.
 */
export function withoutJunk(halves: OldNew): Unjunked[] {
  const ways = [withoutGutter, withoutFence, withoutEntities, withoutEscapes, withoutQuoteEscapes, withoutLineEscapes]
  const found = ways.flatMap((way) => way(halves) ?? [])
  if (found.length > 0) return found.filter((one) => one.old !== one.new && endsAlike(one))
  return withoutSharedEdges(halves)
}

/** A text that ends a line, put for one that does not, would glue or part what follows. */
function endsAlike({old, new: next}: OldNew): boolean {
  return next === '' || old.endsWith('\n') === next.endsWith('\n')
}

const GUTTER = /^ *(\d+)(?: ?[|→│:]|\t) ?(.*)$/su

/** `12 | text`, `12→text`, `12<tab>text` on every line, counting upwards; the new half has them on all lines or none. */
function withoutGutter({old, new: next}: OldNew): Unjunked | undefined {
  const oldLines = stripped(old)
  if (!oldLines || !isCounting(oldLines.numbers)) return undefined
  const nextLines = stripped(next)
  if (!nextLines && next.split('\n').some((line) => GUTTER.test(line))) return undefined
  const [lineHint] = oldLines.numbers
  return {
    old: oldLines.text,
    // Without numbers of its own, a blank line in front is no line of the file.
    new: nextLines?.text ?? withoutBlankHead(next),
    what: 'line numbers',
    ...(lineHint !== undefined && {lineHint}),
    ...((oldLines.numbers.length === 1 || /^ *\d+:/.test(old)) && {atHint: true}),
  }
}

function stripped(text: string): {text: string; numbers: number[]} | undefined {
  const ended = text.endsWith('\n')
  const lines = (ended ? text.slice(0, -1) : text).split('\n')
  const matches = lines.map((line) => GUTTER.exec(line))
  // The blank behind a bar is part of the gutter only when every line has it.
  const spaced = lines.every((line) => /^ *\d+ ?[|│:→] |^ *\d+ ?[|│:→]$/.test(line))
  const numbers: number[] = []
  const kept: string[] = []
  for (const [index, match] of matches.entries()) {
    if (!match) return undefined
    numbers.push(Number(match[1]))
    const line = lines[index] ?? ''
    kept.push(spaced ? (match[2] ?? '') : line.replace(/^ *\d+(?: ?[|→│:]|\t)/u, ''))
  }
  return {text: kept.join('\n') + (ended ? '\n' : ''), numbers}
}

function isCounting(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number === (numbers[index - 1] ?? 0) + 1)
}

function withoutFence({old, new: next}: OldNew): Unjunked | undefined {
  const [a, b] = [insideFence(old), insideFence(next)]
  return a === undefined || b === undefined ? undefined : {old: a, new: b, what: 'a fence'}
}

function insideFence(text: string): string | undefined {
  const match = /^\s*(`{3,}|~{3,})[^\n`]*\n(.*?)\n?\1\s*$/s.exec(text)
  if (match) return text.endsWith('\n') ? `${match[2]}\n` : match[2]
  return text.trim() === '' ? text : undefined
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  '#39': "'",
  '#34': '"',
  '#x27': "'",
  nbsp: '\u00a0',
  amp: '&',
}
const ENTITY = /&(lt|gt|quot|apos|#39|#34|#x27|nbsp|amp);/g

function withoutEntities({old, new: next}: OldNew): Unjunked | undefined {
  ENTITY.lastIndex = 0
  if (!ENTITY.test(old) || /[<>]/.test(old + next)) return undefined
  const plain = (text: string) => text.replace(ENTITY, (whole, name: string) => ENTITIES[name] ?? whole)
  return {old: plain(old), new: plain(next), what: 'HTML entities'}
}

/** A JSON string inside a JSON string: every quote and every line end is escaped once too often. */
function withoutEscapes({old, new: next}: OldNew): Unjunked | undefined {
  if (!old.includes('\\')) return undefined
  const [a, b] = [unescaped(old), unescaped(next)]
  return a === undefined || b === undefined || a === old ? undefined : {old: a, new: b, what: 'escapes'}
}

function unescaped(text: string): string | undefined {
  if (/(?<!\\)(?:\\\\)*"/.test(text)) return undefined
  try {
    const value: unknown = JSON.parse(
      `"${text.replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll("\\'", "'")}"`,
    )
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined // no JSON string: it was not escaped
  }
}

function withoutQuoteEscapes({old, new: next}: OldNew): Unjunked | undefined {
  const both = old + next
  if (!/\\["'`]/.test(old) || /(?<!\\)"/.test(both)) return undefined
  const plain = (text: string) => text.replace(/\\(["'`])/g, '$1')
  return {old: plain(old), new: plain(next), what: 'escaped quotes'}
}

/** `\n` and `\t` written out, where no other backslash makes it doubtful. */
function withoutLineEscapes({old, new: next}: OldNew): Unjunked | undefined {
  const both = old + next
  if (!/\\[nt]/.test(old) || old.includes('\n') || next.includes('\n') || /\\[^nt]/.test(both)) return undefined
  const plain = (text: string) => text.replaceAll('\\n', '\n').replaceAll('\\t', '\t')
  return {old: plain(old), new: plain(next), what: 'escaped line ends'}
}

/** Blank lines around the text, the same ones in both halves; a final line end stays one. */
function withoutSharedEdges({old, new: next}: OldNew): Unjunked[] {
  const [a, b] = [edgesOf(old), edgesOf(next)]
  if (!a || !b || a.head !== b.head || a.tail !== b.tail) return []
  const isChanged = a.head !== '' || a.tail.length > 1
  return isChanged ? [{old: a.body, new: b.body, what: 'blank lines at the edges'}] : []
}

function edgesOf(text: string): {head: string; body: string; tail: string} | undefined {
  const head = /^(?:[ \t]*\n)*/.exec(text)?.[0] ?? ''
  const end = text.trimEnd().length
  const tail = text.slice(end)
  if (end <= head.length) return undefined
  return tail.includes('\n')
    ? {head, body: `${text.slice(head.length, end)}\n`, tail}
    : {head, body: text.slice(head.length), tail: ''}
}

function withoutBlankHead(text: string): string {
  return text.trim() === '' ? text : text.replace(/^(?:[ \t]*\n)+/, '')
}
