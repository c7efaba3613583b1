import type {Style} from '../style.ts'

export type MarkdownOptions = {
  /** Cells of a line. Prose is broken there, but never beyond 100; code is never broken. */
  columns: number
  /** Colours and weights; a style that does nothing leaves the marks of headings, emphasis and code in the text. */
  style: Style
  /** Links as OSC 8; without, the address stands behind the text. */
  links?: boolean
  /** What is known of the terminal's background. Only colours that are readable on it are used. */
  background?: 'light' | 'dark'
}

/** Lines without line ends. Each closes every colour and link that it opens, so that it can be painted by itself. */
export type MarkdownLines = {
  /** Lines that are new and will never change: print them once. */
  finished: string[]
  /**
   * Lines that stand below all finished ones and may still change. They are made when they are read, from no more than
   * the block that is open, so that reading them once a frame is cheap. Tabs are expanded. Lines of code may be longer
   * than a line of the terminal.
   */
  readonly open: string[]
}

/** Turns an answer into lines while it comes. The finished lines are the same however the answer was cut into parts. */
export type MarkdownRenderer = {
  push: (delta: string) => MarkdownLines
  /** What is still open is settled; afterwards the renderer is as new. */
  end: () => string[]
  /** For what is not finished yet. */
  resize: (columns: number) => MarkdownLines
}
