import {Blocks} from './blocks.ts'
import {Cleaner} from './clean.ts'
import {lookOf} from './runs.ts'
import type {MarkdownLines, MarkdownOptions, MarkdownRenderer} from './types.ts'

/** As much of a half line as a look at it takes. */
const PREVIEW = 600
const TAB = 8

/**
 * Markdown becomes lines for the terminal while it comes. Each character is read once, whatever the length of the
 * answer, and a line is finished as soon as nothing can change it.
 * @param options see their type; foreign control and invisible characters never get into a line
 */
export function createMarkdownRenderer(options: MarkdownOptions): MarkdownRenderer {
  return new Renderer(options)
}

class Renderer implements MarkdownRenderer {
  private readonly look
  private readonly cleaner = new Cleaner()
  private readonly blocks: Blocks
  private columns: number
  private finished: string[] = []
  /** The line that has no end yet, unless its beginning was given already. */
  private line = ''
  /** The beginning of the line, for a look at it. */
  private head = ''
  /** What is known of the line: nothing yet, that it must wait for its end, or that it is text and was given. */
  private state: 'unknown' | 'waits' | 'given' = 'unknown'

  constructor(options: MarkdownOptions) {
    this.columns = Math.max(1, options.columns)
    this.look = lookOf(options)
    this.blocks = new Blocks({
      emit: (line) => this.finished.push(line),
      columns: () => this.columns,
      look: this.look,
    })
  }

  push(delta: string): MarkdownLines {
    this.read(this.cleaner.clean(delta))
    return this.lines()
  }

  end(): string[] {
    this.read(this.cleaner.end())
    if (this.state !== 'given' && this.line !== '') this.blocks.line(this.line)
    this.startLine()
    this.blocks.end()
    return this.lines().finished
  }

  resize(columns: number): MarkdownLines {
    this.columns = Math.max(1, columns)
    this.blocks.resize()
    return this.lines()
  }

  private read(text: string): void {
    let from = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      this.part(text.slice(from, end))
      if (this.state !== 'given') this.blocks.line(this.line)
      this.startLine()
      from = end + 1
    }
    this.part(text.slice(from))
    if (this.state === 'unknown') this.giveIfText()
  }

  private part(text: string): void {
    if (this.state === 'given') this.blocks.more(text)
    else {
      this.line += text
      if (this.head.length < PREVIEW) this.head += text.slice(0, PREVIEW)
    }
  }

  private giveIfText(): void {
    const isText = this.blocks.isText(this.line)
    if (isText === undefined && this.line.length < PREVIEW) return
    this.state = isText === true ? 'given' : 'waits'
    if (isText === true) this.blocks.line(this.line)
  }

  private startLine(): void {
    this.line = this.head = ''
    this.state = 'unknown'
  }

  private lines(): MarkdownLines {
    const {finished} = this
    this.finished = []
    const open = () => this.open()
    return {
      finished,
      get open() {
        return open()
      },
    }
  }

  private open(): string[] {
    const lines: string[] = []
    const copy = this.blocks.copy({emit: (line) => lines.push(line), columns: () => this.columns, look: this.look})
    if (this.state !== 'given' && this.line !== '') copy.preview(this.head.slice(0, PREVIEW).toWellFormed())
    copy.end(true)
    return lines.map(expandTabs)
  }
}

function expandTabs(line: string): string {
  return line.includes('\t') ? line.replaceAll('\t', ' '.repeat(TAB)) : line
}
