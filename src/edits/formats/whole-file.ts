import {nameAbove, namesInInfo} from './file-names.ts'
import {lineRecogniser, recognise, type LineMachine, type SourceLine} from './lines.ts'
import type {FormatEvent, FormatProblem, Recognised, Recogniser, WriteEdit} from './types.ts'

const FENCE = /^(`{3,}|~{3,})\s*([^`]*)$/
/** What a model shows to be run is no file, unless it is named. */
const SHELL = /^(?:bash|sh|shell|zsh|console|terminal|powershell|ps1|cmd|output|diff)$/i
const MARKDOWN = /\.(?:md|mdx|markdown|mkd|rst|txt|adoc)$|(?:^|[/\\])README$/i
const KEPT_ABOVE = 8

type Block = {
  fence: string
  info: string
  path: string | undefined
  start: number
  /** Fences inside the text that are still open. */
  depth: number
  lines: string[]
}
type Emit = (event: FormatEvent) => void

/**
 * Whole files in fences, each with its name on a line above the fence or in its info words. A name in running text is
 * none: what follows may be an excerpt. One nameless block may be the file in question.
 */
export function wholeFileRecogniser(): Recogniser {
  return lineRecogniser(new WholeFileMachine())
}

export function parseWholeFile(text: string): Recognised {
  return recognise(wholeFileRecogniser(), text)
}

class WholeFileMachine implements LineMachine {
  private above: string[] = []
  private block: Block | undefined
  private named: WriteEdit[] = []
  private nameless: WriteEdit[] = []
  private lastLine = 0

  line(line: SourceLine, emit: Emit): void {
    this.lastLine = line.number
    if (this.block) {
      this.inside(line, this.block, emit)
      return
    }
    const fence = FENCE.exec(line.text)
    if (fence) this.open(fence, line, emit)
    else {
      emit({type: 'text', text: line.ended ? `${line.text}\n` : line.text})
      this.above.push(line.text)
      if (this.above.length > KEPT_ABOVE) this.above.shift()
    }
  }

  end(emit: Emit): void {
    if (this.block) emit({type: 'problem', problem: cutOff(this.block)})
    const [only, ...more] = this.nameless.filter((edit) => edit.text !== '')
    if (this.named.length > 0 || this.block) return
    if (only && more.length === 0) emit({type: 'edit', edit: only})
    else emit({type: 'problem', problem: nothing(this.nameless.length, this.lastLine)})
  }

  private open(fence: RegExpExecArray, line: SourceLine, emit: Emit): void {
    const info = (fence[2] ?? '').trim()
    const above = nameAbove(this.above)
    const path = namesInInfo(info)[0] ?? (above.alone ? above.names[0] : undefined)
    this.block = {fence: fence[1] ?? '', info, path, start: line.number, depth: 0, lines: []}
    this.above = []
    if (path !== undefined) emit({type: 'begin', path, line: line.number})
  }

  private inside(line: SourceLine, block: Block, emit: Emit): void {
    const fence = FENCE.exec(line.text)
    const mark = fence?.[1] ?? ''
    if (mark[0] === block.fence[0] && mark.length >= block.fence.length) {
      if ((fence?.[2] ?? '').trim() !== '') block.depth++
      else if (block.depth > 0) block.depth--
      else {
        this.block = undefined
        this.finish(block, emit)
        return
      }
    }
    block.lines.push(line.text)
  }

  private finish(block: Block, emit: Emit): void {
    const {path} = block
    const text = block.lines.map((line) => `${line}\n`).join('')
    const edit: WriteEdit = {kind: 'write', path, line: block.start, text}
    if (path !== undefined) {
      this.named.push(edit)
      emit({type: 'edit', edit})
      return
    }
    const before = this.named.at(-1)
    if (before?.path !== undefined && MARKDOWN.test(before.path))
      emit({type: 'problem', problem: fencesInside(before.path, block.start)})
    if (!SHELL.test(block.info)) this.nameless.push(edit)
  }
}

function cutOff(block: Block): FormatProblem {
  const open = block.depth > 0 ? ', or a fence inside it is not closed' : ''
  return {
    code: 'truncated',
    line: block.start,
    message: `The file that begins at line ${block.start} of the text is not whole: its closing ${block.fence} is missing${open}. Send it whole.`,
  }
}

function nothing(blocks: number, line: number): FormatProblem {
  return blocks > 1
    ? {code: 'no-path', line, message: 'There are several fenced blocks and none has the name of its file above it.'}
    : {code: 'no-edit', line, message: 'There is no file in a fence in the text.'}
}

/** A three-mark fence around text that has such fences itself ends too early, without a sign of it. */
function fencesInside(path: string, line: number): FormatProblem {
  return {
    code: 'malformed',
    line,
    message: `It is not certain where ${path} ends: a fence without a name follows it at line ${line} of the text. Put four or more marks around a file that has fences itself.`,
  }
}
