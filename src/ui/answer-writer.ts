import {stripVTControlCharacters} from 'node:util'
import {cellsOf, graphemes} from './cells.ts'
import {columnsOf} from './markdown/for-output.ts'
import type {MarkdownLines, MarkdownRenderer} from './markdown/types.ts'
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
const TAKE_BACK = '\r\u001B[K'

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

/** Markdown as it is meant. @param create makes a renderer of the terminal's width */
export function createMarkdownWriter(out: Output, create: () => MarkdownRenderer): AnswerWriter {
  return new MarkdownWriter(out, create)
}

/**
 * Lines are written when they are finished. Below them stands for a while what the last one looks like so far, in one
 * row, so that taking it back never goes up.
 */
class MarkdownWriter implements AnswerWriter {
  private readonly out: Output
  private readonly create: () => MarkdownRenderer
  private renderer: MarkdownRenderer | undefined
  private lines: MarkdownLines | undefined
  private timer: NodeJS.Timeout | undefined
  private shown = false
  private columns: number

  constructor(out: Output, create: () => MarkdownRenderer) {
    this.out = out
    this.create = create
    this.columns = columnsOf(out)
  }

  write(delta: string): void {
    this.renderer ??= this.create()
    const columns = columnsOf(this.out)
    if (columns !== this.columns) this.put(this.renderer.resize(columns).finished)
    this.columns = columns
    this.lines = this.renderer.push(delta)
    this.put(this.lines.finished)
    this.timer ??= setTimeout(() => this.look(), LOOK_MS).unref()
  }

  settle(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    this.put(this.renderer?.end() ?? [])
    if (this.shown) this.out.write(TAKE_BACK)
    this.shown = false
    this.renderer = undefined
  }

  private put(lines: readonly string[]): void {
    if (lines.length === 0) return
    this.out.write(`${this.shown ? TAKE_BACK : ''}${lines.join('\n')}\n`)
    this.shown = false
  }

  private look(): void {
    this.timer = undefined
    const row = oneRow(this.lines?.open.at(-1) ?? '', this.columns - 1)
    if (row === '' && !this.shown) return
    this.out.write(`${this.shown ? TAKE_BACK : ''}${row}`)
    this.shown = row !== ''
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
