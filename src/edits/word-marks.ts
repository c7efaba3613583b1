import {lineScript, type Block} from './line-script.ts'
import {lookTheSame} from './look-the-same.ts'

/** UTF-16 offsets in a line. `alike`: it looks like what it replaces or is replaced by, and is other characters. */
export type Mark = {start: number; end: number; alike?: true}

/** What changed inside a line, and how much of both lines stayed: 0 to 1, blanks not counted. */
export type WordChange = {old: Mark[]; new: Mark[]; kept: number}

/** Middles longer than this are one mark: nobody reads words in them, and comparing them would take long. */
const MAX_MIDDLE = 10_000
/** Lists of tokens with up to this many possible pairs are compared directly. */
const MAX_CELLS = 2500
/** A word longer than this may be marked in part. */
const MAX_WORD = 80
/** Letters of words that have blanks between them; of the others each is a word. */
const WORD = /(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{N}\p{M}_]/u
const TOKEN = /(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{N}\p{M}_])+|[^]/gu
const BLANK = /^\s+$/

/**
 * Which words differ between two lines.
 * @param deadline on the clock of performance.now(); from then on what differs is one mark
 */
export function wordChange(old: string, next: string, deadline: number): WordChange {
  const head = commonHead(old, next)
  const tail = commonTail(old, next, head)
  const middle = {old: old.slice(head, old.length - tail), new: next.slice(head, next.length - tail)}
  const outside = 2 * (inked(old.slice(0, head)) + inked(old.slice(old.length - tail)))
  const total = outside + inked(middle.old) + inked(middle.new)
  const share = (inside: number) => (total === 0 ? 1 : (outside + 2 * inside) / total)
  if (Math.max(middle.old.length, middle.new.length) > MAX_MIDDLE) {
    const whole = (text: string) => (text === '' ? [] : [{start: head, end: head + text.length}])
    return {old: whole(middle.old), new: whole(middle.new), kept: share(0)}
  }
  const tokens = {old: middle.old.match(TOKEN) ?? [], new: middle.new.match(TOKEN) ?? []}
  const blocks = joined(tokenScript(tokens.old, tokens.new, deadline), tokens.old)
  return named(old, next, {
    old: marks(
      tokens.old,
      blocks.map(({beforeStart, beforeEnd}) => [beforeStart, beforeEnd]),
      head,
    ),
    new: marks(
      tokens.new,
      blocks.map(({afterStart, afterEnd}) => [afterStart, afterEnd]),
      head,
    ),
    kept: lookTheSame(old, next) ? 1 : share(keptInk(tokens.old, blocks)),
  })
}

function named(old: string, next: string, change: WordChange): WordChange {
  if (change.old.length !== change.new.length) return change
  change.old.forEach((mark, index) => {
    const other = change.new[index]
    if (!other || !lookTheSame(old.slice(mark.start, mark.end), next.slice(other.start, other.end))) return
    mark.alike = true
    other.alike = true
  })
  return change
}

/** The same as `lineScript`, without its preparations where the lists are short. */
function tokenScript(old: readonly string[], next: readonly string[], deadline: number): Block[] {
  if (old.length === 0 || next.length === 0)
    return old.length + next.length === 0
      ? []
      : [{beforeStart: 0, beforeEnd: old.length, afterStart: 0, afterEnd: next.length}]
  return old.length * next.length <= MAX_CELLS ? commonTokens(old, next) : lineScript(old, next, deadline)
}

/** By the longest common list of tokens. */
function commonTokens(old: readonly string[], next: readonly string[]): Block[] {
  const width = next.length + 1
  const longest = new Uint16Array((old.length + 1) * width)
  const value = (row: number, column: number) => longest[row * width + column] ?? 0
  for (let row = old.length - 1; row >= 0; row--) {
    for (let column = next.length - 1; column >= 0; column--)
      longest[row * width + column] =
        old[row] === next[column]
          ? value(row + 1, column + 1) + 1
          : Math.max(value(row + 1, column), value(row, column + 1))
  }
  const blocks: Block[] = []
  let [row, column] = [0, 0]
  while (row < old.length || column < next.length) {
    const [beforeStart, afterStart] = [row, column]
    while ((row < old.length || column < next.length) && old[row] !== next[column]) {
      if (column >= next.length || (row < old.length && value(row + 1, column) >= value(row, column + 1))) row++
      else column++
    }
    if (row > beforeStart || column > afterStart)
      blocks.push({beforeStart, beforeEnd: row, afterStart, afterEnd: column})
    while (row < old.length && column < next.length && old[row] === next[column]) {
      row++
      column++
    }
  }
  return blocks
}

/** Length of the common beginning, not in the middle of a word. */
function commonHead(old: string, next: string): number {
  const limit = Math.min(old.length, next.length)
  let head = 0
  while (head < limit && old.charCodeAt(head) === next.charCodeAt(head)) head++
  if (head === old.length && head === next.length) return head
  const inWord = (at: number) => at > 0 && isWord(old, at - 1) && (isWord(old, at) || isWord(next, at))
  let back = head
  while (head - back < MAX_WORD && inWord(back)) back--
  return wholeStart(old, inWord(back) ? head : back)
}

function commonTail(old: string, next: string, head: number): number {
  const limit = Math.min(old.length, next.length) - head
  let tail = 0
  while (tail < limit && old.charCodeAt(old.length - 1 - tail) === next.charCodeAt(next.length - 1 - tail)) tail++
  const inWord = (length: number) =>
    length > 0 &&
    isWord(old, old.length - length) &&
    (isWord(old, old.length - length - 1) || isWord(next, next.length - length - 1))
  let back = tail
  while (tail - back < MAX_WORD && inWord(back)) back--
  const end = inWord(back) ? tail : back
  return isLowSurrogate(old, old.length - end) ? end - 1 : end
}

function isWord(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (code < 128)
    return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95
  return isSurrogate(code) || WORD.test(text[at] ?? '')
}

function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff
}

function isLowSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff
}

function wholeStart(text: string, at: number): number {
  return at > 0 && isLowSurrogate(text, at) ? at - 1 : at
}

/** Characters that are no blanks. */
function inked(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > 32 && code !== 160) count++
  }
  return count
}

function keptInk(old: readonly string[], blocks: readonly Block[]): number {
  let kept = 0
  let at = 0
  for (const {beforeStart, beforeEnd} of [...blocks, {beforeStart: old.length, beforeEnd: old.length}]) {
    for (const token of old.slice(at, beforeStart)) kept += inked(token)
    at = beforeEnd
  }
  return kept
}

/** Two changed words with one blank between them read as one change. */
function joined(blocks: readonly Block[], old: readonly string[]): Block[] {
  const found: Block[] = []
  for (const block of blocks) {
    const last = found.at(-1)
    if (last && block.beforeStart - last.beforeEnd === 1 && BLANK.test(old[last.beforeEnd] ?? ''))
      found[found.length - 1] = {...last, beforeEnd: block.beforeEnd, afterEnd: block.afterEnd}
    else found.push(block)
  }
  return found
}

function marks(tokens: readonly string[], ranges: ReadonlyArray<readonly [number, number]>, offset: number): Mark[] {
  const found: Mark[] = []
  let token = 0
  let at = offset
  const goTo = (wanted: number) => {
    for (; token < wanted; token++) at += tokens[token]?.length ?? 0
    return at
  }
  for (const [first, end] of ranges) {
    const start = goTo(first)
    if (end > first) found.push({start, end: goTo(end)})
  }
  return found
}
