import type {Sink} from './block.ts'
import {
  DEEPEST,
  hasLabels,
  labelsWritten,
  leadingBlanks,
  matchContainers,
  newItem,
  prefixCells,
  prefixOf,
  type Container,
} from './containers.ts'
import {Fence} from './fence.ts'
import {beginsBlock, CODE_INDENT, isSurelyText} from './line-start.ts'
import {Paragraph} from './paragraph.ts'
import {MARK, paint, type Look, type Run} from './runs.ts'
import * as starts from './starts.ts'
import {Table} from './table.ts'
import {wholeRuns} from './whole-runs.ts'
import {Wrapper} from './wrapper.ts'

/** Prose is hard to read in longer lines. */
const WIDEST = 100
const LONGEST_RULE = 40

export type Paper = {emit: (line: string) => void; columns: () => number; look: Look}

/** Reads Markdown line by line and never back: which blocks are open, and what a line means to them. */
export class Blocks {
  private readonly paper: Paper
  private containers: Container[] = []
  private block: Paragraph | Fence | Table | undefined
  /** What stands on the blank line that is due before the next block. */
  private gap: string | undefined
  private wrote = false

  constructor(paper: Paper) {
    this.paper = paper
  }

  copy(paper: Paper): Blocks {
    const other = new Blocks(paper)
    other.containers = this.containers.map((container) => ({...container}))
    other.block = this.block?.copy(other.sink())
    other.gap = this.gap
    other.wrote = this.wrote
    return other
  }

  /** @param text a line without its end */
  line(text: string): void {
    const {containers, block} = this
    const line = withoutTabs(text)
    const matched = matchContainers(containers, line, block?.kind === 'fence')
    const goesOn = matched.count === containers.length
    if (block?.kind === 'fence' && goesOn) return this.code(block, matched.rest)
    if (matched.blank) return this.blankLine(matched.count)
    const inList = containers[matched.count]?.kind === 'item'
    if (!goesOn && block?.kind === 'paragraph' && !beginsBlock(matched.rest, inList))
      return block.line(matched.rest.trimStart(), false)
    const left = this.leave(matched.count)
    const rest = this.enter(matched.rest, left)
    const task = this.task(rest)
    if (task === undefined) this.content(rest)
    else this.text(task)
  }

  /** @returns whether a line that has only begun is text for sure, undefined if that is not known yet */
  isText(begun: string): boolean | undefined {
    const {block, containers} = this
    if (block !== undefined && block.kind !== 'paragraph') return false
    return isSurelyText(containers, withoutTabs(begun), block?.kind === 'paragraph')
  }

  /** More of a line that was given before it was whole. */
  more(text: string): void {
    if (this.block?.kind === 'paragraph') this.block.more(text)
  }

  /** Half a line at the end, for a look at it. */
  preview(line: string): void {
    const {block} = this
    if (block?.kind === 'table' || /^\s*(`{1,3}|~{1,3})$/.test(line)) return
    if (block?.kind === 'fence' && block.mayClose(line)) return
    this.line(line)
  }

  end(mend = false): void {
    this.closeBlock(mend)
    this.leave(0)
    this.gap = undefined
    this.wrote = false
  }

  resize(): void {
    this.block?.resize()
  }

  private sink(): Sink {
    return {
      line: (text) => {
        this.writeGap()
        const prefix = this.prefix()
        this.write(text === '' ? prefix.trimEnd() : prefix + text)
      },
      code: (text) => {
        this.writeGap()
        this.writeLabels()
        this.write(text)
      },
      width: () => {
        const columns = this.paper.columns()
        return Math.max(1, Math.min(columns, WIDEST) - prefixCells(this.containers, columns))
      },
      look: this.paper.look,
    }
  }

  private write(line: string): void {
    this.paper.emit(line)
    this.wrote = true
  }

  private writeGap(): void {
    if (this.gap !== undefined && this.wrote) this.write(this.gap)
    this.gap = undefined
  }

  /** The sign of an item that begins with code, or has nothing in it. */
  private writeLabels(): void {
    if (!hasLabels(this.containers)) return
    this.writeGap()
    this.write(this.prefix().trimEnd())
  }

  /** What stands before the next line. */
  private prefix(): string {
    const prefix = prefixOf(this.containers, this.paper.look, this.paper.columns())
    labelsWritten(this.containers)
    return prefix
  }

  private closeBlock(mend = false): void {
    const {block} = this
    this.block = undefined
    block?.end(mend)
    if (block?.kind === 'fence') this.gap ??= ''
  }

  private code(block: Fence, text: string): void {
    if (block.line(text)) this.closeBlock()
  }

  private blankLine(count: number): void {
    this.closeBlock()
    const around = this.containers.slice(0, count)
    this.leave(count)
    const prefix = around.some(({kind}) => kind === 'quote')
    this.gap = prefix ? prefixOf(around, this.paper.look, this.paper.columns()).trimEnd() : ''
  }

  /** @returns the container that was left at this depth */
  private leave(count: number): Container | undefined {
    const left = this.containers[count]
    if (left === undefined) return undefined
    this.closeBlock()
    this.writeLabels()
    this.containers = this.containers.slice(0, count)
    return left
  }

  /** Opens the quotes and items that a line begins. @returns what is left of it */
  private enter(text: string, left: Container | undefined): string {
    let rest = text
    let before = left
    while (this.containers.length < DEEPEST) {
      const blanks = leadingBlanks(rest)
      if (blanks >= CODE_INDENT) break
      const content = rest.slice(blanks)
      const marker = starts.listMarker(content)
      if (content.startsWith('>')) {
        this.open({kind: 'quote'})
        rest = content.slice(1).replace(/^ /, '')
      } else if (marker && !this.isProse(marker)) {
        this.open(newItem(marker, blanks, before))
        rest = marker.empty ? '' : content.slice(marker.length)
      } else break
      before = undefined
    }
    return rest
  }

  private open(container: Container): void {
    this.closeBlock()
    this.containers = [...this.containers, container]
  }

  /** A number at the start of a line of text is no list, unless it is the first. */
  private isProse({empty, number}: starts.Marker): boolean {
    return this.block?.kind === 'paragraph' && (empty || (number ?? 1) !== 1)
  }

  /** @returns the text of a task in a list */
  private task(text: string): string | undefined {
    const item = this.containers.at(-1)
    if (item?.kind !== 'item' || item.label === undefined) return undefined
    const task = starts.taskMarker(text)
    if (!task) return undefined
    const box = task.done ? `[${this.paper.look.style.green('x')}]` : '[ ]'
    item.label = `${item.label} ${box}`
    item.cells += 4
    return text.slice(task.length)
  }

  private content(text: string): void {
    const blanks = leadingBlanks(text)
    const rest = text.slice(blanks)
    if (rest === '') return
    const {block} = this
    if (blanks >= CODE_INDENT && block?.kind !== 'paragraph') return this.indented(text)
    const fence = starts.fenceStart(rest)
    const title = starts.heading(rest)
    if (fence) {
      this.closeBlock()
      this.block = new Fence(this.sink(), {...fence, indent: blanks})
    } else if (title) this.heading(title)
    else if (starts.isRule(rest) || (block?.kind === 'paragraph' && starts.isUnderline(rest))) this.rule(rest)
    else this.text(rest)
  }

  private indented(text: string): void {
    this.closeBlock()
    this.sink().code(text.slice(CODE_INDENT))
  }

  private heading({level, text}: {level: number; text: string}): void {
    this.closeBlock()
    if (this.containers.length === 0) this.gap ??= ''
    const {look} = this.paper
    const sink = this.sink()
    const marks = MARK.bold | (level === 1 ? MARK.underline : level === 2 ? 0 : MARK.italic)
    const runs: Run[] = look.bare ? [{text: `${'#'.repeat(level)} `, marks: 0}] : []
    const wrapper = new Wrapper({emit: (line) => sink.line(paint(line, look)), width: sink.width})
    for (const run of [...runs, ...wholeRuns(text, look, marks)]) wrapper.feed(run)
    wrapper.finish()
  }

  private rule(text: string): void {
    this.closeBlock()
    const sink = this.sink()
    const sign = text.startsWith('=') ? '═' : '─'
    sink.line(this.paper.look.style.dim(sign.repeat(Math.min(LONGEST_RULE, sink.width()))))
  }

  private text(text: string): void {
    const {block} = this
    if (block?.kind === 'table' && text.includes('|')) return block.row(text)
    if (block?.kind === 'paragraph') {
      const alignments = starts.tableRule(text)
      const head = alignments === undefined ? undefined : block.takeHead()
      if (alignments === undefined || head === undefined) return block.line(text, starts.mayBeTableHead(text))
      this.closeBlock()
      this.block = Table.begin(this.sink(), head, alignments)
      return
    }
    this.closeBlock()
    this.block = new Paragraph(this.sink())
    this.block.line(text, starts.mayBeTableHead(text))
  }
}

/** Tabs at the start of a line count as blanks up to the next fourth column; others stay. */
function withoutTabs(line: string): string {
  if (!/^ *\t/.test(line)) return line
  const blanks = /^[ \t]*/.exec(line)?.[0] ?? ''
  let width = 0
  for (const blank of blanks) width += blank === '\t' ? 4 - (width % 4) : 1
  return ' '.repeat(width) + line.slice(blanks.length)
}
