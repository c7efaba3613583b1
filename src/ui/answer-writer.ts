import {stripVTControlCharacters} from 'node:util'
import {cellsOf, graphemes} from './cells.ts'
import {columnsOf} from './markdown/for-output.ts'
import type {MarkdownRenderer} from './markdown/types.ts'
import {sanitize} from './sanitize.ts'
import type {Output} from './style.ts'

/** Shows an answer on a terminal while it comes. */
export type AnswerWriter = {
  write: (delta: string) => void
  /** The answer ends or is interrupted: what was open is settled, and the next text begins a line. */
  settle: () => void
}

/** Sooner, a line that grows would be painted more often than anyone can read it. */
const LOOK_MS = 100

/** The answer as the model wrote it, but for what a terminal would obey. */
export function createRawWriter(out: Output): AnswerWriter {
  let atLineStart = true
  return {
    write(delta) {
      out.write(sanitize(delta))
      if (delta !== '') atLineStart = delta.endsWith('\n')
    },
    settle() {
      if (!atLineStart) out.write('\n')
      atLineStart = true
    },
  }
}

/**
 * Markdown as it is meant. Lines are written when they are finished; below them stands for a while what the last one
 * looks like so far, in one row, so that taking it back never goes up.
 */
export function createMarkdownWriter(out: Output, create: () => MarkdownRenderer): AnswerWriter {
  let renderer: MarkdownRenderer | undefined
  let open: () => string[] = () => []
  let timer: NodeJS.Timeout | undefined
  let shown = false
  let columns = columnsOf(out)
  const put = (lines: readonly string[]) => {
    if (lines.length === 0) return
    out.write(`${shown ? '\r\u001B[K' : ''}${lines.join('\n')}\n`)
    shown = false
  }
  const look = () => {
    timer = undefined
    const row = oneRow(open().at(-1) ?? '', columns - 1)
    if (row === '' && !shown) return
    out.write(`${shown ? '\r\u001B[K' : ''}${row}`)
    shown = row !== ''
  }
  const resize = (current: MarkdownRenderer) => {
    if (columnsOf(out) === columns) return
    columns = columnsOf(out)
    put(current.resize(columns).finished)
  }
  return {
    write(delta) {
      renderer ??= create()
      resize(renderer)
      const lines = renderer.push(delta)
      open = () => lines.open
      put(lines.finished)
      timer ??= setTimeout(look, LOOK_MS)
    },
    settle() {
      clearTimeout(timer)
      timer = undefined
      put(renderer?.end() ?? [])
      if (shown) out.write('\r\u001B[K')
      shown = false
      renderer = undefined
    },
  }
}

/** As much of a line as fits into one row, without its colours. */
function oneRow(line: string, columns: number): string {
  let cells = 0
  let row = ''
  for (const grapheme of graphemes(stripVTControlCharacters(line))) {
    cells += cellsOf(grapheme)
    if (cells > columns) return row
    row += grapheme
  }
  return row
}
