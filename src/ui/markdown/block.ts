import type {Look} from './runs.ts'

/** Where the lines of a block go. */
export type Sink = {
  /** A line that stands inside the quotes and lists around it. */
  line: (text: string) => void
  /** A line of code: at the margin, whatever is around it. */
  code: (text: string) => void
  /** Cells for a line, at this moment. */
  width: () => number
  look: Look
}

/** A block that is open. */
export type Block = {
  /** Nothing more comes. @param mend half of something is shown as the whole will look */
  end: (mend?: boolean) => void
  /** The same block on other paper: what happens to one is not seen by the other. */
  copy: (sink: Sink) => Block
  resize: () => void
}
