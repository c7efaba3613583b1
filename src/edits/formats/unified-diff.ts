import {nameOf, namesOf, unquoted, withoutPrefix} from './diff-names.ts'
import {hunkEdit, isComplete, newHunk, takeHunkHeader, takeHunkLine, type HunkDraft} from './hunk-lines.ts'
import {lineRecogniser, recognise, type LineMachine, type SourceLine} from './lines.ts'
import type {Edit, FormatEvent, FormatProblem, Recognised, Recogniser} from './types.ts'

const FENCE = /^(`{3,}|~{3,})/
const GIT_LINE =
  /^(?:index |similarity index|dissimilarity index|old mode |new mode |new file mode |copy from |copy to )/
const BINARY = /^(?:Binary files .* differ|GIT binary patch)$/

type File = {
  start: number
  old: string | undefined
  next: string | undefined
  /** Both names were given, even as /dev/null. */
  named: boolean
  renameFrom?: string
  renameTo?: string
  removed?: true
  hunks: HunkDraft[]
}
type Emit = (event: FormatEvent) => void

/** Unified diffs as git and models write them. Line numbers and counts are hints; they need not be right, or be there. */
export function unifiedDiffRecogniser(): Recogniser {
  return lineRecogniser(new UnifiedDiffMachine())
}

export function parseUnifiedDiff(text: string): Recognised {
  return recognise(unifiedDiffRecogniser(), text)
}

class UnifiedDiffMachine implements LineMachine {
  private file: File | undefined
  private hunk: HunkDraft | undefined
  /** Lines that may be a file header or lines of a hunk, until the next one tells. */
  private held: SourceLine[] = []
  private fence: string | undefined
  private lastLine = 0
  private found = 0

  line(line: SourceLine, emit: Emit): void {
    this.lastLine = line.number
    if (this.held.length > 0 && this.withHeld(line, emit)) return
    if (line.text.startsWith('--- ')) this.held = [line]
    else this.take(line, emit)
  }

  end(emit: Emit): void {
    this.release(emit)
    this.closeFile(emit)
    if (this.fence !== undefined)
      this.problem(emit, 'truncated', `The fence of the diff is not closed: it was cut off. Send it whole.`)
    else if (this.found === 0) this.problem(emit, 'no-edit', 'There is no unified diff in the text.')
  }

  /** @returns whether the line was used */
  private withHeld(line: SourceLine, emit: Emit): boolean {
    const [minus, plus] = this.held
    if (minus && !plus && line.text.startsWith('+++ ')) {
      this.held.push(line)
      return true
    }
    if (minus && plus && (!this.hunk || line.text.startsWith('@@'))) {
      this.held = []
      this.header(minus, plus, emit)
      return false
    }
    this.release(emit)
    return false
  }

  private release(emit: Emit): void {
    const [minus, plus] = this.held
    this.held = []
    if (minus && plus && !this.hunk) this.header(minus, plus, emit)
    else for (const line of [minus, plus]) if (line) this.take(line, emit)
  }

  private header(minus: SourceLine, plus: SourceLine, emit: Emit): void {
    const {file} = this
    if (!file || file.named || file.hunks.length > 0) {
      this.closeFile(emit)
      this.file = {start: minus.number, old: undefined, next: undefined, named: false, hunks: []}
      this.found++
    }
    this.hunk = undefined
    if (!this.file) return
    Object.assign(this.file, {old: nameOf(minus.text), next: nameOf(plus.text), named: true})
    emit({type: 'begin', path: namesOf(this.file.old, this.file.next)[0], line: minus.number})
  }

  private take(line: SourceLine, emit: Emit): void {
    const {text} = line
    const fence = FENCE.exec(text)?.[1]
    if (fence !== undefined && (this.fence === undefined ? !this.hunk : fence === this.fence)) {
      this.closeFile(emit)
      this.fence = this.fence === undefined ? fence : undefined
    } else if (/^diff --git /.test(text)) this.gitHeader(line, emit)
    else if (text.startsWith('@@')) this.hunkHeader(line, emit)
    else if (this.hunk && !this.isPast(this.hunk, text)) takeHunkLine(this.hunk, text)
    else if (!this.file || !this.gitLine(text, emit)) {
      this.hunk = undefined
      if (/^[-+]/.test(text) && this.file?.hunks.length) this.problem(emit, 'malformed', afterTheEnd(line))
      emit({type: 'text', text: line.ended ? `${text}\n` : text})
    }
  }

  /** In a fence a hunk goes on until the fence ends, whatever its numbers say; without one they tell it from prose. */
  private isPast(hunk: HunkDraft, text: string): boolean {
    return this.fence === undefined && isComplete(hunk) && !/^[-+ \\]/.test(text)
  }

  private gitHeader(line: SourceLine, emit: Emit): void {
    this.closeFile(emit)
    const [, old, next] = /^diff --git (?:"?a\/(.+?)"?) (?:"?b\/(.+?)"?)$/.exec(line.text) ?? []
    this.file = {start: line.number, old, next, named: false, hunks: []}
    this.found++
  }

  private gitLine(text: string, emit: Emit): boolean {
    const {file} = this
    if (!file) return false
    const [, what, name = ''] = /^rename (from|to) (.+)$/.exec(text) ?? []
    if (what === 'from') file.renameFrom = unquoted(name.trim())
    else if (what === 'to') file.renameTo = unquoted(name.trim())
    else if (text.startsWith('deleted file mode ')) file.removed = true
    else if (BINARY.test(text)) this.problem(emit, 'malformed', 'A binary file cannot be changed by a diff here.')
    else return GIT_LINE.test(text)
    return true
  }

  private hunkHeader(line: SourceLine, emit: Emit): void {
    if (!this.file) {
      this.file = {start: line.number, old: undefined, next: undefined, named: false, hunks: []}
      this.found++
      emit({type: 'begin', path: undefined, line: line.number})
    }
    this.hunk = newHunk(line.number)
    takeHunkHeader(this.hunk, line.text)
    this.file.hunks.push(this.hunk)
  }

  private closeFile(emit: Emit): void {
    const {file} = this
    this.file = undefined
    this.hunk = undefined
    if (!file) return
    const edits = editsOf(file)
    for (const edit of edits) emit({type: 'edit', edit})
    if (edits.length === 0)
      this.problem(emit, 'malformed', `The part of the diff that begins at line ${file.start} changes nothing.`)
  }

  private problem(emit: Emit, code: FormatProblem['code'], message: string): void {
    emit({type: 'problem', problem: {code, message, line: this.lastLine}})
  }
}

function afterTheEnd(line: SourceLine): string {
  return `Line ${line.number} of the diff comes after the end that the header of its hunk names: ${JSON.stringify(line.text.slice(0, 200))}`
}

function editsOf(file: File): Edit[] {
  const hunks = file.hunks.filter((hunk) => hunk.lines.some((line) => line.sign !== ' '))
  if (file.renameFrom !== undefined && file.renameTo !== undefined) {
    const path = file.renameFrom
    return [{kind: 'move', path, to: file.renameTo, line: file.start}, ...hunks.map((hunk) => hunkEdit(hunk, path))]
  }
  if (file.named && file.old === undefined && file.next !== undefined && hunks.every(onlyAdds))
    return [{...created(file, hunks), path: withoutPrefix(file.next)}]
  const [path, ...otherNames] = namesOf(file.old, file.next)
  const [first, ...more] = hunks
  // A hunk of nothing but the first lines makes a file, also without /dev/null.
  if (
    path !== undefined &&
    first &&
    more.length === 0 &&
    first.lineHint === 1 &&
    first.counts?.old === 0 &&
    onlyAdds(first)
  )
    return [{...created(file, hunks), path}]
  const names = otherNames.length > 0 ? {otherNames} : {}
  const changes: Edit[] = hunks.map((hunk) => ({...hunkEdit(hunk, path), ...names}))
  if (file.removed || (file.named && file.next === undefined && file.old !== undefined))
    changes.push({kind: 'delete', path, ...names, line: file.start, ...(hunks.length > 0 && {ifEmpty: true as const})})
  return changes
}

function onlyAdds(hunk: HunkDraft): boolean {
  return hunk.lines.every((line) => line.sign === '+' || line.unsigned === '')
}

function created(file: File, hunks: readonly HunkDraft[]) {
  const lines = hunks.flatMap((hunk) => hunk.lines.filter((line) => line.sign === '+').map((line) => line.text))
  const lacksNewline = hunks.at(-1)?.newLacksNewline === true
  const text = lines.map((line) => `${line}\n`).join('')
  return {
    kind: 'write' as const,
    line: file.start,
    text: lacksNewline ? text.slice(0, -1) : text,
    mustBeNew: true as const,
  }
}
