import {escapeHtml} from '../page.ts'
import {inlineHtml} from './inline-html.ts'

const DEEPEST = 8
const ITEM = /^( {0,12})([-*+]|\d{1,9}[.)])(?:[ \t]+(.*)|$)/
const FENCE = /^ {0,3}(`{3,}|~{3,})[ \t]*([\w+#.-]*)/
const ROW_MARKS = /^\s*\|?\s*:?-{1,}:?\s*(?:\|\s*:?-{1,}:?\s*)*\|?\s*$/

/** What a model writes, as HTML: text stays text whatever it looks like, nothing is loaded. */
export function markdownHtml(text: string): string {
  return blocks(text.replaceAll('\r\n', '\n').split('\n'), 0)
}

type Cursor = {lines: readonly string[]; at: number; depth: number}

function blocks(lines: readonly string[], depth: number): string {
  const cursor = {lines, at: 0, depth}
  let html = ''
  while (cursor.at < lines.length) html += block(cursor)
  return html
}

function block(cursor: Cursor): string {
  const line = cursor.lines[cursor.at] ?? ''
  if (line.trim() === '') {
    cursor.at++
    return ''
  }
  if (FENCE.test(line)) return fence(cursor)
  const [, marks, title] = /^ {0,3}(#{1,6})[ \t]+(.*?)[ \t#]*$/.exec(line) ?? []
  if (marks !== undefined) {
    cursor.at++
    const level = Math.min(6, marks.length + 2)
    return `<h${level}>${inlineHtml(title ?? '')}</h${level}>\n`
  }
  if (/^ {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$/.test(line)) {
    cursor.at++
    return '<hr>\n'
  }
  if (cursor.depth < DEEPEST && /^ {0,3}>/.test(line)) return quote(cursor)
  if (cursor.depth < DEEPEST && ITEM.test(line)) return list(cursor)
  if (
    line.includes('|') &&
    ROW_MARKS.test(cursor.lines[cursor.at + 1] ?? '') &&
    (cursor.lines[cursor.at + 1] ?? '').includes('-')
  )
    return table(cursor)
  return paragraph(cursor)
}

function fence(cursor: Cursor): string {
  const [, mark = '```', language = ''] = FENCE.exec(cursor.lines[cursor.at] ?? '') ?? []
  const start = ++cursor.at
  const closes = (line: string) => line.trim().startsWith(mark) && /^ {0,3}(`+|~+)\s*$/.test(line)
  while (cursor.at < cursor.lines.length && !closes(cursor.lines[cursor.at] ?? '')) cursor.at++
  const code = cursor.lines.slice(start, cursor.at++).join('\n')
  return language === 'diff' ? diffHtml(code) : `<pre><code>${escapeHtml(code)}</code></pre>\n`
}

/** Signs stand before the lines, so that nothing hangs on colour. */
export function diffHtml(diff: string): string {
  const lines = diff.replace(/\n$/, '').split('\n')
  let inHunk = false
  const rows = lines.map((line) => {
    if (line.startsWith('@@')) inHunk = true
    else if (line.startsWith('diff ')) inHunk = false
    const kind = kindOfLine(line, inHunk)
    return kind === undefined ? escapeHtml(line) : `<span class="${kind}">${escapeHtml(line)}</span>`
  })
  return `<pre class="diff"><code>${rows.join('\n')}</code></pre>\n`
}

function kindOfLine(line: string, inHunk: boolean): string | undefined {
  if (line.startsWith('@@') || (!inHunk && /^(?:\+\+\+|---|diff |index )/.test(line))) return 'meta'
  return line.startsWith('+') ? 'plus' : line.startsWith('-') ? 'minus' : undefined
}

function quote(cursor: Cursor): string {
  const inner = take(cursor, (line) => /^ {0,3}>/.test(line)).map((line) => line.replace(/^ {0,3}> ?/, ''))
  return `<blockquote>\n${blocks(inner, cursor.depth + 1)}</blockquote>\n`
}

function list(cursor: Cursor): string {
  const [, indent = '', marker = ''] = ITEM.exec(cursor.lines[cursor.at] ?? '') ?? []
  const ordered = /\d/.test(marker)
  const first = Number.parseInt(marker, 10)
  let html = ordered ? `<ol${first === 1 ? '' : ` start="${first}"`}>\n` : '<ul>\n'
  for (;;) {
    const [, itemIndent = '', itemMarker = '', text = ''] = ITEM.exec(cursor.lines[cursor.at] ?? '') ?? []
    if (itemMarker === '' || itemIndent.length !== indent.length || /\d/.test(itemMarker) !== ordered) break
    cursor.at++
    html += `<li>${item(cursor, text, indent.length)}</li>\n`
  }
  return `${html}${ordered ? '</ol>' : '</ul>'}\n`
}

/** What belongs to an item stands further in than its mark; a blank line belongs to it when such a line follows. */
function item(cursor: Cursor, text: string, indent: number): string {
  const belongs = (line: string) => line.trim() !== '' && indentOf(line) > indent
  const inner = take(cursor, (line, next) => belongs(line) || (line.trim() === '' && belongs(next)))
  if (inner.length === 0)
    return inlineHtml(text.replace(/^\[([ xX])\] /, (_mark, sign: string) => (sign === ' ' ? '☐ ' : '☑ ')))
  const least = smallest(inner.filter((line) => line.trim() !== '').map(indentOf))
  const body = inner.map((line) => line.slice(Math.min(least, indentOf(line))))
  return `${inlineHtml(text)}\n${blocks(body, cursor.depth + 1)}`
}

/** Of any many: spread arguments are limited. */
function smallest(numbers: readonly number[]): number {
  return numbers.reduce((least, number) => Math.min(least, number), Infinity)
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length
}

function table(cursor: Cursor): string {
  const heads = cellsOf(cursor.lines[cursor.at] ?? '')
  const right = cellsOf(cursor.lines[cursor.at + 1] ?? '').map((mark) => mark.endsWith(':') && !mark.startsWith(':'))
  cursor.at += 2
  const row = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell, n) => `<${tag}${right[n] === true ? ' class="right"' : ''}>${inlineHtml(cell)}</${tag}>`).join('')}</tr>\n`
  const rows = take(cursor, (line) => line.includes('|')).map((line) => row(cellsOf(line).slice(0, heads.length), 'td'))
  return `<table class="data"><thead>\n${row(heads, 'th')}</thead><tbody>\n${rows.join('')}</tbody></table>\n`
}

/** A bar after a backslash, or in code, is no border. */
function cellsOf(line: string): string[] {
  const inner = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
  const cells = inner.match(/(?:`[^`]*`|\\.|[^|])+|(?<=\|)(?=\|)/g) ?? []
  return cells.map((cell) => cell.trim().replaceAll(String.raw`\|`, '|'))
}

function paragraph(cursor: Cursor): string {
  const first = cursor.lines[cursor.at++] ?? ''
  const begins = (line: string) =>
    line.trim() === '' || FENCE.test(line) || /^ {0,3}(?:#{1,6}[ \t]|>)/.test(line) || ITEM.test(line)
  const rest = take(cursor, (line) => !begins(line))
  return `<p>${inlineHtml([first, ...rest].map((line) => line.trim()).join('\n'))}</p>\n`
}

function take(cursor: Cursor, wanted: (line: string, next: string) => boolean): string[] {
  const start = cursor.at
  while (cursor.at < cursor.lines.length && wanted(cursor.lines[cursor.at] ?? '', cursor.lines[cursor.at + 1] ?? ''))
    cursor.at++
  return cursor.lines.slice(start, cursor.at)
}
