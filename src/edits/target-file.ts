import {lineStartsOf, openDocument, type TextDocument} from './document.ts'
import {lineIndex, type LineIndex} from './line-index.ts'
import {foldInPlace, hasLookAlikes} from './look-alikes.ts'

/** A file while edits are looked for in it. What costs time is made when first asked for, and once. */
export type TargetFile = {
  /** As people know it. */
  name: string
  document: TextDocument
  index: () => LineIndex
  /** Whether a word is anywhere in the file. */
  holds: (word: string) => boolean
  /** Whether it has characters that could be taken for others. */
  hasLookAlikes: () => boolean
  /** The text with plain quotes, dashes and spaces; offsets are the same. */
  folded: () => string
  /** Characters of the least indentation that is only blanks and not nothing; infinite when there is none. */
  narrowestIndent: () => number
  /** The file with every lone CR read as a line end, where it has any beside LF; offsets are the same. */
  withLoneReturns: () => TargetFile | undefined
}

/** @param source the decoded file, its BOM included */
export function targetFile(name: string, source: string): TargetFile {
  return onDocument(name, openDocument(source))
}

function onDocument(name: string, document: TextDocument): TargetFile {
  return {
    name,
    document,
    index: once(() => lineIndex(document)),
    holds: remembered((word) => document.text.includes(word)),
    hasLookAlikes: once(() => hasLookAlikes(document.text)),
    folded: once(() => foldInPlace(document.text)),
    narrowestIndent: once(() => narrowestIndent(document.text)),
    withLoneReturns: once(() => {
      const isPossible = document.ending !== '\r' && !document.oneEnding && document.text.includes('\r')
      return isPossible ? onDocument(name, readingReturns(document)) : undefined
    }),
  }
}

function narrowestIndent(text: string): number {
  let least = Number.POSITIVE_INFINITY
  for (const match of text.matchAll(/^ +(?=[^\s*])/gm)) least = Math.min(least, match[0].length)
  return least
}

function readingReturns(document: TextDocument): TextDocument {
  const text = document.text.replaceAll('\r', '\n')
  return {
    ...document,
    text,
    mixed: false,
    oneEnding: true,
    endingAt: (offset) => (document.text[offset] === '\r' ? '\r' : document.endingAt(offset)),
    lineStarts: once(() => lineStartsOf(text)),
  }
}

function remembered(ask: (word: string) => boolean): (word: string) => boolean {
  const known = new Map<string, boolean>()
  return (word) => {
    const before = known.get(word)
    if (before !== undefined) return before
    const answer = ask(word)
    known.set(word, answer)
    return answer
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: {value: Value} | undefined
  return () => (made ??= {value: make()}).value
}
