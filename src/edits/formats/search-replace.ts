import {nameAbove} from './file-names.ts'
import {lineRecogniser, recognise, type LineMachine, type SourceLine} from './lines.ts'
import {readingsOf} from './dividers.ts'
import type {FormatEvent, Recognised, Recogniser} from './types.ts'

const OPEN = /^(<{5,}|-{5,}) ?(?:SEARCH|ORIGINAL)>?(?: +(\S.*?))?\s*$/
const CLOSE = /^(>{5,}|\+{5,}) ?(?:REPLACE|UPDATED)\s*$/
const KEPT_ABOVE = 8

type Block = {
  marker: string
  path: string | undefined
  otherNames: string[]
  weak: boolean
  start: number
  lines: string[]
}
type Emit = (event: FormatEvent) => void

/** SEARCH/REPLACE blocks with the name of the file above the fence, inside it, in its info words, or left out. */
export function searchReplaceRecogniser(): Recogniser {
  return lineRecogniser(new SearchReplaceMachine())
}

export function parseSearchReplace(text: string): Recognised {
  return recognise(searchReplaceRecogniser(), text)
}

class SearchReplaceMachine implements LineMachine {
  private above: string[] = []
  private block: Block | undefined
  private named: {path: string; otherNames: string[]; weak: boolean} | undefined
  private found = 0
  private lastLine = 0

  line(line: SourceLine, emit: Emit): void {
    this.lastLine = line.number
    if (this.block) this.inside(line, this.block, emit)
    else this.outside(line, emit)
  }

  end(emit: Emit): void {
    if (this.block) emit({type: 'problem', problem: cutOff(this.block, this.lastLine)})
    else if (this.found === 0)
      emit({
        type: 'problem',
        problem: {code: 'no-edit', line: this.lastLine, message: 'There is no SEARCH/REPLACE block in the text.'},
      })
    this.block = undefined
  }

  private outside(line: SourceLine, emit: Emit): void {
    const opening = OPEN.exec(line.text)
    if (!opening) {
      emit({type: 'text', text: line.ended ? `${line.text}\n` : line.text})
      if (CLOSE.test(line.text)) emit({type: 'problem', problem: strayEnd(line)})
      this.above.push(line.text)
      if (this.above.length > KEPT_ABOVE) this.above.shift()
      return
    }
    this.open(opening, line, emit)
  }

  private open(opening: RegExpExecArray, line: SourceLine, emit: Emit): void {
    const inMark = opening[2]
    const found = inMark === undefined ? nameAbove(this.above) : {names: [inMark], alone: true, fenced: true}
    const [path, ...otherNames] = found.names
    if (path !== undefined) this.named = {path, otherNames, weak: !found.alone || !found.fenced}
    this.block = {
      marker: opening[1] ?? '',
      path: this.named?.path,
      otherNames: this.named?.otherNames ?? [],
      weak: this.named?.weak ?? false,
      start: line.number,
      lines: [],
    }
    this.above = []
    this.found++
    emit({type: 'begin', path: this.block.path, line: line.number})
  }

  private inside(line: SourceLine, block: Block, emit: Emit): void {
    const opening = OPEN.exec(line.text)
    if (opening && opening[1] === block.marker && block.marker.startsWith('<')) {
      emit({type: 'problem', problem: notClosed(block)})
      this.block = undefined
      this.open(opening, line, emit)
      return
    }
    if (CLOSE.exec(line.text)?.[1]?.length !== block.marker.length) {
      block.lines.push(line.text)
      return
    }
    this.block = undefined
    finish(block, emit)
  }
}

function finish(block: Block, emit: Emit): void {
  const {lines, lineHint} = withoutHeader(block.lines)
  const [first, ...others] = readingsOf(lines, block.marker.length)
  if (!first) {
    emit({
      type: 'problem',
      problem: {
        code: 'malformed',
        line: block.start,
        message: undivided(block, lines),
      },
    })
    return
  }
  emit({
    type: 'edit',
    edit: {
      kind: 'replace',
      path: block.path,
      ...(block.otherNames.length > 0 && {otherNames: block.otherNames}),
      ...(block.weak && {weakName: true}),
      line: block.start,
      readings: [first, ...others],
      wholeLines: true,
      ...(lineHint !== undefined && {lineHint}),
    },
  })
}

function undivided(block: Block, lines: readonly string[]): string {
  const width = block.marker.length
  const what = lines.some((line) => line.trimEnd() === '='.repeat(width))
    ? `cannot be parted: its text has lines of ${width} "=" too. Use longer marks, the same length in all three places`
    : `has no line of ${width} "=" between its two halves`
  return `The block that begins at line ${block.start} of the text ${what}.`
}

/** Some models put `:start_line:12`, perhaps `:end_line:`, and a rule of dashes in front of the text. */
function withoutHeader(lines: string[]): {lines: string[]; lineHint?: number} {
  const start = /^:start_line:\s*(\d+)\s*$/.exec(lines[0] ?? '')
  if (!start) return {lines}
  const rule = /^:end_line:\s*\d+\s*$/.test(lines[1] ?? '') ? 2 : 1
  const skipped = /^-{3,}\s*$/.test(lines[rule] ?? '') ? rule + 1 : rule
  return {lines: lines.slice(skipped), lineHint: Number(start[1])}
}

function cutOff(block: Block, line: number) {
  return {
    code: 'truncated' as const,
    line,
    message: `The text ends inside the block that begins at its line ${block.start}: its ${'>'.repeat(block.marker.length)} REPLACE is missing. Send it whole.`,
  }
}

function notClosed(block: Block) {
  return {
    code: 'malformed' as const,
    line: block.start,
    message: `The block that begins at line ${block.start} of the text has no ${'>'.repeat(block.marker.length)} REPLACE before the next block.`,
  }
}

function strayEnd(line: SourceLine) {
  return {
    code: 'malformed' as const,
    line: line.number,
    message: `Line ${line.number} of the text ends a block that never began, or was ended before.`,
  }
}
