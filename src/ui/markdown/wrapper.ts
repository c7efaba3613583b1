import {cellsOf, graphemeCells, graphemes} from '../cells.ts'
import type {Run} from './runs.ts'

/** Must not begin a line, or end one. */
const CLOSES = /^[、。，．！？：；）」』】〕〉》”’…・ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ]/
const OPENS = /[（「『【〔〈《“‘]$/

type Word = {runs: Run[]; cells: number; wide: boolean}

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
  private word: Word = {runs: [], cells: 0, wide: false}
  private begun = false

  constructor(options: WrapperOptions) {
    this.options = options
  }

  copy(options: WrapperOptions): Wrapper {
    const other = new Wrapper(options)
    other.line = [...this.line]
    other.cells = this.cells
    other.blank = this.blank
    other.word = {...this.word, runs: [...this.word.runs]}
    other.begun = this.begun
    return other
  }

  feed(run: Run): void {
    for (const piece of run.text.match(/\n|[ \t]+|[^ \t\n]+/g) ?? []) {
      if (piece === '\n') this.breakLine()
      else if (piece.startsWith(' ') || piece.startsWith('\t')) this.space({...run, text: piece.replaceAll('\t', ' ')})
      else if (/^[\u0021-\u007E]+$/.test(piece)) this.narrow({...run, text: piece}, piece.length)
      else for (const grapheme of graphemes(piece)) this.grapheme({...run, text: grapheme})
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
    this.word = {runs: [], cells: 0, wide: false}
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
    if (cells < 2 || /\p{Extended_Pictographic}/u.test(run.text)) return this.narrow(run, cells)
    const last = this.word.runs.at(-1)?.text ?? ''
    if (last !== '' && !CLOSES.test(run.text) && !OPENS.test(last)) this.place()
    this.word.runs.push(run)
    this.word.cells += cells
    this.word.wide = true
  }

  private narrow(run: Run, cells: number): void {
    const {word} = this
    if (word.wide && cells > 0 && !CLOSES.test(run.text) && !OPENS.test(word.runs.at(-1)?.text ?? '')) this.place()
    this.word.runs.push(run)
    this.word.cells += cells
    if (cells > 0) this.word.wide = false
  }

  /** The word is complete: it goes on the line, or begins the next one. */
  private place(): void {
    const {word, blank} = this
    if (word.runs.length === 0) return
    this.word = {runs: [], cells: 0, wide: false}
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
    this.line.push(...word.runs)
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
