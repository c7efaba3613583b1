import {contentEnd, lineOf, lineText, type TextDocument} from './document.ts'
import {indentOf} from './indentation.ts'
import {occurrences} from './occurrences.ts'
import type {TargetFile} from './target-file.ts'

/** The lines that a named line stands above. */
export type Scope = {
  /** 0-based number of the named line; -1 for the whole file. */
  line: number
  /** 0-based number behind the last line. */
  end: number
  /** The lines are those indented below it; else they go to the file's end. */
  isBlock: boolean
}

/**
 * The parts of a file that stacked anchors name, each within the one before.
 * @returns empty when an anchor is not in the file
 */
export function scopesOf(target: TargetFile, anchors: readonly string[]): Scope[] {
  let scopes: Scope[] = [{line: -1, end: target.document.lineStarts().length, isBlock: false}]
  for (const anchor of anchors) {
    const lines = anchorLines(target, anchor)
    scopes = within(scopes, lines).map((line) => scopeBelow(target.document, line))
  }
  return scopes
}

/** Lines that lie in at least one scope. @param lines in order */
function within(scopes: readonly Scope[], lines: readonly number[]): number[] {
  const found: number[] = []
  let [next, reach] = [0, -1]
  for (const line of lines) {
    for (let scope = scopes[next]; scope && scope.line < line; scope = scopes[++next])
      reach = Math.max(reach, scope.end)
    if (line < reach) found.push(line)
  }
  return found
}

/** Lines equal to the anchor but for blanks at the ends; else those that begin with it, up to the end of a word. */
function anchorLines(target: TargetFile, anchor: string): number[] {
  const whole = target.index().lines(anchor, 'trimmed')
  if (whole.length > 0) return [...whole]
  const folded = target.index().lines(anchor, 'folded')
  if (folded.length > 0) return [...folded]
  const {document} = target
  const text = anchor.trim()
  return occurrences(document.text, text, 200).flatMap((at) => {
    const line = lineOf(document, at)
    const rest = document.text.slice(at + text.length, contentEnd(document, line))
    return lineText(document, line).trim().startsWith(text) && !/^[\p{L}\p{N}_]/u.test(rest) ? [line] : []
  })
}

function scopeBelow(document: TextDocument, line: number): Scope {
  const count = document.lineStarts().length
  const own = indentOf(lineText(document, line)).length
  let next = line + 1
  while (next < count && lineText(document, next).trim() === '') next++
  if (next >= count || indentOf(lineText(document, next)).length <= own) return {line, end: count, isBlock: false}
  let end = next
  while (end < count && isWithin(lineText(document, end), own)) end++
  return {line, end, isBlock: true}
}

function isWithin(text: string, indent: number): boolean {
  return text.trim() === '' || indentOf(text).length > indent || /^\s*[\])}>]+[;,]?\s*$/.test(text)
}
