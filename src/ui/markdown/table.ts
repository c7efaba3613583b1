import type {Block, Sink} from './block.ts'
import {wholeRuns} from './whole-runs.ts'
import {bodyLines, fitColumns, headLines, type Alignment, type Cell, type Columns} from './table-layout.ts'

/** After so many rows, or characters, columns are fitted to what there is, so that a long table shows while it comes. */
const MOST_ROWS = 200
const MOST_CHARACTERS = 50_000

/** A table: its columns need all rows, so that nothing of it is finished before its end. */
export class Table implements Block {
  readonly kind = 'table'
  private readonly sink: Sink
  private readonly head: Cell[]
  private readonly alignments: readonly Alignment[]
  private rows: Cell[][] = []
  private characters = 0
  private columns: Columns | undefined
  private first = true

  constructor(sink: Sink, {head, alignments}: {head: Cell[]; alignments: readonly Alignment[]}) {
    this.sink = sink
    this.head = head
    this.alignments = alignments
  }

  static begin(sink: Sink, head: string, alignments: readonly Alignment[]): Table {
    return new Table(sink, {head: cellsOfRow(head, sink), alignments})
  }

  row(text: string): void {
    this.rows.push(cellsOfRow(text, this.sink))
    this.characters += text.length
    if (this.columns || this.rows.length >= MOST_ROWS || this.characters > MOST_CHARACTERS) this.write()
  }

  end(): void {
    this.write()
  }

  copy(sink: Sink): Table {
    const other = new Table(sink, {head: this.head, alignments: this.alignments})
    other.rows = [...this.rows]
    other.columns = this.columns
    other.first = this.first
    return other
  }

  resize(): void {}

  private write(): void {
    const {sink, rows, head, alignments} = this
    const {look} = sink
    const width = sink.width()
    const columns = this.columns ?? fitColumns({head, rows, alignments}, width)
    if (!this.columns) for (const line of headLines(columns, look)) sink.line(line)
    this.columns = columns
    for (const row of rows) {
      for (const line of bodyLines(row, columns, {look, first: this.first, width})) sink.line(line)
      this.first = false
    }
    this.rows = []
  }
}

/** Bars that are escaped do not part cells. */
function cellsOfRow(text: string, {look}: Sink): Cell[] {
  const row = text
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
  return row.split(/(?<!\\)\|/).map((cell) => {
    const source = cell
      .trim()
      .replaceAll('\\|', '|')
      .replace(/<br ?\/?>/gi, '\n')
    return source === '' ? [] : source.split('\n').flatMap((line, index) => cellLine(line.trim(), index, look))
  })
}

function cellLine(source: string, index: number, look: Sink['look']): Cell {
  const runs = wholeRuns(source, look)
  return index === 0 ? runs : [{text: '\n', marks: 0}, ...runs]
}
