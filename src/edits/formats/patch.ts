import {hunkEdit, newHunk, takeHunkHeader, takeHunkLine, type HunkDraft} from './hunk-lines.ts'
import {lineRecogniser, recognise, type LineMachine, type SourceLine} from './lines.ts'
import type {FormatEvent, FormatProblem, Recognised, Recogniser} from './types.ts'

const BEGIN = '*** Begin Patch'
const END = '*** End Patch'
const HEADER = /^\*\*\* (Add|Update|Delete) File: ?(.+)$/
const MOVE = /^\*\*\* Move to: ?(.+)$/

type Section =
  | {kind: 'add'; path: string; start: number; lines: string[]; blank?: number}
  | {kind: 'delete'; path: string; start: number}
  | {kind: 'update'; path: string; start: number; moved: boolean; hunk: HunkDraft | undefined; hunks: number}
type Emit = (event: FormatEvent) => void

/** The grammar that begins with `*** Begin Patch`, in a fence or without, also where the first line was left out. */
export function patchRecogniser(): Recogniser {
  return lineRecogniser(new PatchMachine())
}

export function parsePatch(text: string): Recognised {
  return recognise(patchRecogniser(), text)
}

class PatchMachine implements LineMachine {
  private inside = false
  private section: Section | undefined
  private lastLine = 0
  private sections = 0
  private sound = true
  /** An indented end mark within a hunk: the end if nothing follows, else a line to keep. */
  private indentedEnd: HunkDraft | undefined

  line(line: SourceLine, emit: Emit): void {
    this.lastLine = line.number
    const trimmed = line.text.trim()
    if (!this.inside) {
      if (trimmed === BEGIN) this.inside = true
      else if (HEADER.test(trimmed)) {
        this.inside = true
        this.header(trimmed, line, emit)
      } else emit({type: 'text', text: line.ended ? `${line.text}\n` : line.text})
    } else this.within(line, trimmed, emit)
  }

  end(emit: Emit): void {
    if (this.inside && this.indentedEnd) {
      this.indentedEnd.lines.pop()
      this.close(emit)
      this.inside = false
    }
    if (this.inside) this.problem(emit, 'truncated', `The patch has no line "${END}": it was cut off. Send it whole.`)
    else if (this.sections === 0 && this.sound) this.problem(emit, 'no-edit', 'There is no patch in the text.')
  }

  private within(line: SourceLine, trimmed: string, emit: Emit): void {
    const {section} = this
    const hunk = section?.kind === 'update' ? section.hunk : undefined
    const isMark = hunk ? line.text.startsWith('*** ') : trimmed.startsWith('*** ')
    if (isMark) this.mark(line.text.trim(), line, emit)
    else if (this.indentedEnd && (trimmed === '' || /^(?:`{3,}|~{3,}|EOF)$/.test(trimmed))) return
    else if (section?.kind === 'update') this.updateLine(section, line, emit)
    else if (section?.kind === 'add') this.addLine(section, line, emit)
    else if (trimmed !== '') this.problem(emit, 'malformed', unexpected(line, 'no section of the patch'))
  }

  private mark(mark: string, line: SourceLine, emit: Emit): void {
    this.indentedEnd = undefined
    const {section} = this
    const move = MOVE.exec(mark)
    if (mark === END) {
      this.close(emit)
      this.inside = false
    } else if (HEADER.test(mark)) this.header(mark, line, emit)
    else if (mark === BEGIN) this.close(emit)
    else if (mark === '*** End of File' && section?.kind === 'update' && section.hunk) {
      section.hunk.atEnd = true
      this.closeHunk(section, emit)
    } else if (mark === '*** End of File' && section) return
    else if (move?.[1] !== undefined && isFresh(section)) {
      section.moved = true
      emit({type: 'edit', edit: {kind: 'move', path: section.path, to: move[1].trim(), line: line.number}})
    } else this.problem(emit, 'malformed', unknownMark(line))
  }

  private header(mark: string, line: SourceLine, emit: Emit): void {
    this.close(emit)
    const [, verb, name = ''] = HEADER.exec(mark) ?? []
    const path = name.trim()
    const start = line.number
    this.sections++
    if (verb === 'Add') this.section = {kind: 'add', path, start, lines: []}
    else if (verb === 'Delete') this.section = {kind: 'delete', path, start}
    else this.section = {kind: 'update', path, start, moved: false, hunk: undefined, hunks: 0}
    emit({type: 'begin', path, line: start})
  }

  private addLine(section: Section & {kind: 'add'}, line: SourceLine, emit: Emit): void {
    if (line.text === '') section.blank ??= line.number
    else if (section.blank !== undefined || !line.text.startsWith('+'))
      this.problem(
        emit,
        'malformed',
        unexpected(line, `the new file ${section.path}: every line of it begins with "+"`),
      )
    else section.lines.push(line.text.slice(1))
  }

  private updateLine(section: Section & {kind: 'update'}, line: SourceLine, emit: Emit): void {
    this.indentedEnd = undefined
    if (line.text.startsWith('@@')) {
      if (section.hunk?.lines.some((one) => one.unsigned !== '')) this.closeHunk(section, emit)
      section.hunk ??= newHunk(line.number)
      section.hunk.lines = []
      takeHunkHeader(section.hunk, line.text)
      return
    }
    section.hunk ??= newHunk(line.number)
    takeHunkLine(section.hunk, line.text)
    if (line.text.trim() === END) this.indentedEnd = section.hunk
  }

  private closeHunk(section: Section & {kind: 'update'}, emit: Emit): void {
    const {hunk} = section
    section.hunk = undefined
    if (!hunk || !hunk.lines.some((line) => line.unsigned !== '')) return
    section.hunks++
    emit({type: 'edit', edit: {...hunkEdit(hunk, section.path), appends: true}})
  }

  private close(emit: Emit): void {
    const {section} = this
    this.section = undefined
    this.indentedEnd = undefined
    if (!section) return
    if (section.kind === 'update') {
      this.closeHunk(section, emit)
      if (section.hunks === 0 && !section.moved)
        this.problem(
          emit,
          'malformed',
          `The section for ${section.path} at line ${section.start} of the patch changes nothing.`,
        )
    } else if (section.kind === 'delete')
      emit({type: 'edit', edit: {kind: 'delete', path: section.path, line: section.start}})
    else emit({type: 'edit', edit: added(section)})
  }

  private problem(emit: Emit, code: FormatProblem['code'], message: string): void {
    this.sound = false
    emit({type: 'problem', problem: {code, message, line: this.lastLine}})
  }
}

/** A move is named right after the header of an update. */
function isFresh(section: Section | undefined): section is Section & {kind: 'update'} {
  return section?.kind === 'update' && !section.moved && section.hunks === 0 && section.hunk === undefined
}

function added(section: Section & {kind: 'add'}) {
  const text = section.lines.map((line) => `${line}\n`).join('')
  return {kind: 'write' as const, path: section.path, line: section.start, text, mustBeNew: true as const}
}

function unexpected(line: SourceLine, where: string): string {
  return `Line ${line.number} of the patch belongs to ${where}: ${JSON.stringify(line.text.slice(0, 200))}`
}

function unknownMark(line: SourceLine): string {
  return `Line ${line.number} of the patch is no mark that is known here: ${JSON.stringify(line.text.slice(0, 200))}. Known are "*** Add File: ", "*** Update File: ", "*** Delete File: ", right after an update "*** Move to: ", and "*** End of File".`
}
