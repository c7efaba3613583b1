import {lineView} from './line-view.ts'

const BOM = '\ufeff'

/**
 * A text file as edits see it: LF at the end of every line and no BOM, with the way back. Offsets are those of `text`
 * everywhere; only `assemble` knows the file's own bytes.
 */
export type TextDocument = {
  /** As on the disk, without the BOM. */
  raw: string
  hasBom: boolean
  text: string
  /** Whether different line ends occur. */
  mixed: boolean
  toRaw: (offset: number) => number
  /** The line end at an LF of `text`. */
  endingAt: (offset: number) => string
  /** The commonest line end, for lines that stand for none of the file's. */
  ending: string
  /** New lines get `ending` even where they stand for a line of the file. */
  oneEnding?: true
  /** Offset of each line's beginning. A file that ends with a line end has no line behind it. */
  lineStarts: () => Int32Array
}

/** A splice replaces [start, end) of `text`; what it inserts has the line ends it shall have in the file. */
export type Splice = {start: number; end: number; insert: string}

/** @param source the decoded file, its BOM included */
export function openDocument(source: string): TextDocument {
  const hasBom = source.startsWith(BOM)
  const raw = hasBom ? source.slice(1) : source
  const hasFeeds = raw.includes('\n')
  const onlyReturns = !hasFeeds && raw.includes('\r')
  const view = lineView(raw)
  const text = onlyReturns ? raw.replaceAll('\r', '\n') : view.text
  const returns = raw.length - view.text.length
  const feeds = returns > 0 ? countFeeds(text) : 0
  let starts: Int32Array | undefined
  return {
    raw,
    hasBom,
    text,
    mixed: returns > 0 && returns < feeds,
    toRaw: view.toRaw,
    endingAt: (offset) => (onlyReturns ? '\r' : (view.endingsIn(offset, offset + 1)[0] ?? '\n')),
    ending: onlyReturns
      ? '\r'
      : returns * 2 > feeds || (returns * 2 === feeds && firstEnding(raw) === '\r\n')
        ? '\r\n'
        : '\n',
    lineStarts: () => (starts ??= lineStartsOf(text)),
  }
}

/** The file's new content. @param splices in any order, none overlapping another */
export function assemble(document: TextDocument, splices: readonly Splice[]): string {
  const isOrdered = splices.every((splice, index) => index === 0 || (splices[index - 1]?.end ?? 0) < splice.start)
  // Sorting keeps the order of what begins and ends alike: additions at one place come as they were given.
  const ordered = isOrdered ? splices : splices.toSorted((a, b) => a.start - b.start || a.end - b.end)
  const parts: string[] = document.hasBom ? [BOM] : []
  let at = 0
  for (const splice of ordered) {
    const start = document.toRaw(splice.start)
    if (start < at) throw new RangeError('edits overlap')
    parts.push(document.raw.slice(at, start), splice.insert)
    at = document.toRaw(splice.end)
  }
  parts.push(document.raw.slice(at))
  return parts.join('')
}

/** 0-based index of the line that holds an offset. */
export function lineOf(document: TextDocument, offset: number): number {
  const starts = document.lineStarts()
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}

/** A line without its end. @param index 0-based */
export function lineText(document: TextDocument, index: number): string {
  const starts = document.lineStarts()
  const start = starts[index]
  if (start === undefined) return ''
  return document.text.slice(start, contentEnd(document, index))
}

/** Offset behind a line's content, before its LF. */
export function contentEnd(document: TextDocument, index: number): number {
  const end = lineEnd(document, index)
  return end > 0 && document.text.charCodeAt(end - 1) === 10 && end > (document.lineStarts()[index] ?? 0)
    ? end - 1
    : end
}

/** Offset behind a line, its LF included. */
export function lineEnd(document: TextDocument, index: number): number {
  return document.lineStarts()[index + 1] ?? document.text.length
}

/** Offset of each line's beginning in a text with LF. */
export function lineStartsOf(text: string): Int32Array {
  const found: number[] = []
  for (let at = 0; at < text.length;) {
    found.push(at)
    const feed = text.indexOf('\n', at)
    if (feed < 0) break
    at = feed + 1
  }
  return Int32Array.from(found)
}

function firstEnding(raw: string): string {
  const feed = raw.indexOf('\n')
  return feed > 0 && raw[feed - 1] === '\r' ? '\r\n' : '\n'
}

function countFeeds(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}
