import type {Block, Sink} from './block.ts'
import {InlineCuts, type Part} from './inline-cuts.ts'
import {inlineRuns} from './inline-runs.ts'
import {paint} from './runs.ts'
import {Wrapper} from './wrapper.ts'

/** Text whose lines are finished as soon as nothing can change them. */
export class Paragraph implements Block {
  readonly kind = 'paragraph'
  private readonly sink: Sink
  private readonly wrapper: Wrapper
  private readonly cuts: InlineCuts
  /** A line that is the head of a table, if the next one says so. */
  private head: string | undefined
  private begun = false

  constructor(sink: Sink, from?: Paragraph) {
    this.sink = sink
    const options = {
      emit: (runs: Parameters<typeof paint>[0]) => this.sink.line(paint(runs, this.sink.look)),
      width: () => this.sink.width(),
    }
    this.wrapper = from ? from.wrapper.copy(options) : new Wrapper(options)
    const take = (part: Part) => this.take(part)
    this.cuts = from ? from.cuts.copy(take) : new InlineCuts(take)
    this.head = from?.head
    this.begun = from?.begun ?? false
  }

  /** A new line of it. @param couldBeHead whether it may turn out to be the head of a table */
  line(text: string, couldBeHead: boolean): void {
    this.release()
    if (couldBeHead) this.head = text
    else this.begin(text)
  }

  /** More of the line that came last. */
  more(text: string): void {
    this.cuts.add(text)
  }

  /** @returns the line that was kept as the head of a table, which is no longer part of the paragraph */
  takeHead(): string | undefined {
    const {head} = this
    this.head = undefined
    return head
  }

  end(mend = false): void {
    this.release()
    this.cuts.end(mend)
    this.wrapper.finish()
  }

  copy(sink: Sink): Paragraph {
    return new Paragraph(sink, this)
  }

  resize(): void {
    this.wrapper.reflow()
  }

  private release(): void {
    const {head} = this
    this.head = undefined
    if (head !== undefined) this.begin(head)
  }

  private begin(text: string): void {
    this.cuts.add(this.begun ? `\n${text}` : text)
    this.begun = true
  }

  private take({text, literal}: Part): void {
    // A backslash at the end of a line breaks it, which every end of a line does here.
    const shown = text.replace(/\\\n$/, '\n')
    if (literal) return this.wrapper.feed({text: shown, marks: 0})
    for (const run of inlineRuns(shown, this.sink.look)) this.wrapper.feed(run)
  }
}
