import type {Block, Sink} from './block.ts'
import {paintSpans} from './code-colours.ts'
import {leadingBlanks} from './containers.ts'
import {CodeReader} from './highlight.ts'
import type {FenceStart} from './starts.ts'

const LONGEST_NAME = 40

/** Code in a fence: its lines are finished as they come. */
export class Fence implements Block {
  readonly kind = 'fence'
  private readonly sink: Sink
  private readonly start: FenceStart & {indent: number}
  private readonly reader: CodeReader | undefined

  constructor(sink: Sink, start: FenceStart & {indent: number}, from?: Fence) {
    this.sink = sink
    this.start = start
    if (from) {
      this.reader = from.reader?.copy()
      return
    }
    const word = /^[^\s,{]*/.exec(start.info)?.[0] ?? ''
    this.reader = sink.look.bare ? undefined : CodeReader.for(word)
    sink.code(sink.look.style.dim(word === '' ? 'text' : word.slice(0, LONGEST_NAME).toWellFormed()))
  }

  /** @returns whether the line ends the code */
  line(text: string): boolean {
    if (this.closes(text)) return true
    const code = text.slice(Math.min(this.start.indent, leadingBlanks(text)))
    this.sink.code(this.reader ? paintSpans(this.reader.read(code), this.sink.look) : code)
    return false
  }

  /** Whether a line that has only begun may end the code. */
  mayClose(text: string): boolean {
    const signs = text.trim()
    return signs !== '' && signs === this.start.sign.repeat(signs.length)
  }

  end(): void {}

  copy(sink: Sink): Fence {
    return new Fence(sink, this.start, this)
  }

  resize(): void {}

  private closes(text: string): boolean {
    return (
      this.mayClose(text) && text.trim().length >= this.start.length && leadingBlanks(text) <= this.start.indent + 3
    )
  }
}
