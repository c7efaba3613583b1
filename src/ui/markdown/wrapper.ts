import {cellsOf, graphemeCells, graphemes} from '../cells.ts'
import type {Run} from './runs.ts'

/** Must not begin a line, or end one. */
const CLOSES = /^[、。，．！？：；）」』】〕〉》”’…・ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ]/
/** One grapheme each. */
const SIMPLE = /^[\u3001-\u3029\u3031-\u3098\u309B-\u9FFF\uAC00-\uD7A3\uFF01-\uFF60]+$/
const OPENS = /[（「『【〔〈《“‘]$/

type Word = {runs: Run[]; cells: number; wide: boolean; last: string}

const noWord = (): Word => ({runs: [], cells: 0, wide: false, last: ''})

export type WrapperOptions = {
  /** Takes each line that is complete. */
  emit: (runs: Run[]) => void
  /** Cells of a line at this moment. */
  width: () => number
  /** Words longer than a line are cut; otherwise they stay whole, so that what is copied is whole. */
  cut?: boolean
}

/** Breaks runs into lines of some cells at blanks and between wide characters, while they come. */
export class Wrapper {
  private readonly options: WrapperOptions
  private line: Run[] = []
  private cells = 0
  private blank: Run | undefined
  private word = noWord()
  private begun = false

  constructor(options: WrapperOptions) {
    this.options = options
  }

  copy(options: WrapperOptions): Wrapper {
    const other = new Wrapper(options)
    other.line = [...this.line]
    other.cells = this.cells
    other.blank = this.blank
    other.word = {...this.word, runs: this.word.runs.map((run) => ({...run}))}
    other.begun = this.begun
    return other
  }

  feed(run: Run): void {
    for (const piece of run.text.match(/\n|[ \t]+|[^ \t\n]+/g) ?? []) {
      if (piece === '\n') this.breakLine()
      else if (piece.startsWith(' ') || piece.startsWith('\t')) this.space({...run, text: piece.replaceAll('\t', ' ')})
      else if (/^[\u0021-\u007E]+$/.test(piece)) this.narrow({...run, text: piece})
      else for (const grapheme of SIMPLE.test(piece) ? piece : graphemes(piece)) this.grapheme({...run, text: grapheme})
    }
  }

  /** The line so far is complete. */
  breakLine(): void {
    this.place()
    this.options.emit(this.line)
    this.clear()
  }

  /** Like a break, but an empty line is none. */
  finish(): void {
    this.place()
    if (this.begun) this.options.emit(this.line)
    this.clear()
  }

  /** What is not complete is laid out anew, for another width. */
  reflow(): void {
    const runs = [...this.line, ...(this.blank ? [this.blank] : []), ...this.word.runs]
    this.clear()
    this.word = noWord()
    for (const run of runs) this.feed(run)
  }

  private clear(): void {
    this.line = []
    this.cells = 0
    this.blank = undefined
    this.begun = false
  }

  private space(run: Run): void {
    this.place()
    if (this.begun) this.blank = run
  }

  private grapheme(run: Run): void {
    const cells = graphemeCells(run.text)
    const wide = cells > 1 && !/\p{Extended_Pictographic}/u.test(run.text)
    const {last} = this.word
    // Before and behind a wide character a line may break.
    if ((wide ? last !== '' : this.word.wide && cells > 0) && !CLOSES.test(run.text) && !OPENS.test(last)) this.place()
    this.append(run, cells)
    if (cells > 0) this.word.wide = wide
  }

  private narrow(run: Run): void {
    const [first = ''] = run.text
    if (this.word.wide && !CLOSES.test(first) && !OPENS.test(this.word.last)) this.place()
    this.append(run, run.text.length)
    this.word.wide = false
  }

  private append(run: Run, cells: number): void {
    const {word} = this
    const before = word.runs.at(-1)
    if (before && before.marks === run.marks && before.href === run.href) before.text += run.text
    else word.runs.push({...run})
    word.cells += cells
    word.last = run.text.slice(-1)
  }

  /** The word is complete: it goes on the line, or begins the next one. */
  private place(): void {
    const {word, blank} = this
    if (word.runs.length === 0) return
    this.word = noWord()
    const width = this.options.width()
    if (this.begun && this.cells + (blank?.text.length ?? 0) + word.cells > width) {
      this.options.emit(this.line)
      this.clear()
    } else if (blank) {
      this.line.push(blank)
      this.cells += blank.text.length
      this.blank = undefined
    }
    if (this.options.cut === true && word.cells > width) return this.cut(word, width)
    for (const run of word.runs) this.line.push(run)
    this.cells += word.cells
    this.begun = true
  }

  private cut({runs}: Word, width: number): void {
    for (const run of runs) {
      for (const text of graphemes(run.text)) {
        const cells = cellsOf(text)
        if (this.begun && this.cells + cells > width) {
          this.options.emit(this.line)
          this.clear()
        }
        this.line.push({...run, text})
        this.cells += cells
        this.begun = true
      }
    }
  }
}
