import type {ToolDefinition} from 'vibe-plugin-api'
import {nameAbove} from '../../edits/formats/file-names.ts'
import type {FormatEvent, FormatProblem, Recogniser as EditRecogniser} from '../../edits/formats/types.ts'
import type {Piece, Recogniser, TextCall} from '../../providers/ladder/text-call.ts'
import {readCommand} from './commands.ts'
import {callOfEdit, malformedEdit, together} from './edit-calls.ts'

const FENCE = /^ {0,3}(`{3,}|~{3,})/
/** A name stands close to its block. */
const MAX_HELD = 8
const TOOL_FENCE = /^ {0,3}(`{3,}|~{3,})[ \t]*(?:tools?|vibe|commands?)[ \t]*\r?\n?$/i

/**
 * Finds edits and `tool` blocks in what a model writes. Calls come out at the end: one block that cannot be read means
 * that nothing of the answer is done, since the model meant all of it together.
 * @param edits finds the edits; it is given whole lines
 */
export function createEditRecogniser(edits: EditRecogniser, tools: readonly ToolDefinition[]): Recogniser {
  const machine = new EditMachine(edits, tools)
  return {
    accept: (text) => machine.accept(text),
    end: () => machine.end(),
  }
}

class EditMachine {
  readonly #edits: EditRecogniser
  readonly #tools: readonly ToolDefinition[]
  readonly #names: ReadonlySet<string>
  #out: string[] = []
  #calls: TextCall[] = []
  #problems: FormatProblem[] = []
  #partial: string[] = []
  /** Lines that are part of a block if one follows: a name, an opening fence, blank ones. */
  #held: string[] = []
  /** What was not shown, of the block that is open. */
  #raw: string[] = []
  #where: 'text' | 'edit' | 'commands' = 'text'
  #toolFence = ''
  /** A block of edits stood in a fence, whose end belongs to it. */
  #closing = false

  constructor(edits: EditRecogniser, tools: readonly ToolDefinition[]) {
    this.#edits = edits
    this.#tools = tools
    this.#names = new Set(tools.map(({name}) => name))
  }

  accept(text: string): Piece[] {
    const lines = text.split(/(?<=\n)/)
    for (const line of lines) {
      this.#partial.push(line)
      if (line.endsWith('\n')) this.#line(this.#partial.splice(0).join(''))
    }
    return this.#take()
  }

  end(): Piece[] {
    const rest = this.#partial.splice(0).join('')
    if (rest !== '') this.#line(rest)
    this.#events(this.#edits.end(), '')
    this.#flush()
    return [...this.#take(), ...this.#finished().map((call): Piece => ({type: 'call', call}))]
  }

  #finished(): TextCall[] {
    const [problem] = this.#problems
    if (!problem) return together(this.#calls)
    const raw = [...this.#calls.map((call) => call.raw), this.#raw.join('')].join('\n')
    return [malformedEdit('edit', raw, problem.message)]
  }

  #take(): Piece[] {
    const text = this.#out.splice(0).join('')
    return text === '' ? [] : [{type: 'text', text}]
  }

  #line(line: string): void {
    if (this.#where === 'commands') return this.#command(line)
    const opens = this.#where === 'text' ? TOOL_FENCE.exec(line)?.[1] : undefined
    if (opens !== undefined) {
      this.#flush()
      this.#where = 'commands'
      this.#toolFence = opens
      return
    }
    // The reply may end without a line end; to the format it is a line like any other.
    const events = this.#edits.push(line.endsWith('\n') ? line : `${line}\n`)
    // Lines of a nameless block come back as nothing at all; they are text.
    if (events.length === 0 && this.#where === 'text') return this.#say(line)
    if (this.#where === 'edit') this.#raw.push(line)
    this.#events(events, line)
  }

  #command(line: string): void {
    const text = line.trim()
    if (text.startsWith(this.#toolFence) && text === this.#toolFence.charAt(0).repeat(text.length)) {
      this.#where = 'text'
      return
    }
    const call = readCommand(line, this.#names)
    if (call) this.#calls.push(call)
  }

  #events(events: readonly FormatEvent[], line: string): void {
    for (const event of events) {
      if (event.type === 'text') this.#say(line)
      else if (event.type === 'begin') this.#begin(line)
      else if (event.type === 'edit') this.#edit(event.edit)
      // A text without any edit is an answer.
      else if (event.problem.code !== 'no-edit' && event.problem.code !== 'no-path') this.#problems.push(event.problem)
    }
  }

  #begin(line: string): void {
    this.#closing = this.#held.some((held) => FENCE.test(held))
    this.#raw = [...this.#held.splice(0), line]
    this.#where = 'edit'
  }

  #edit(edit: Extract<FormatEvent, {type: 'edit'}>['edit']): void {
    // The only nameless block of an answer may be an excerpt as well as a file.
    if (this.#where !== 'edit') return
    const call = callOfEdit(edit, this.#raw.splice(0).join(''), this.#tools)
    if (call.problem === undefined) this.#calls.push(call)
    else this.#problems.push({code: 'malformed', message: call.problem, line: edit.line ?? 0})
    this.#where = 'text'
  }

  #say(line: string): void {
    if (this.#closing && FENCE.test(line)) {
      this.#closing = false
      return
    }
    if (line.trim() === '' || FENCE.test(line) || nameAbove([line.trimEnd()]).alone) {
      this.#held.push(line)
      if (this.#held.length > MAX_HELD) this.#out.push(this.#held.shift() ?? '')
      return
    }
    this.#closing = false
    this.#flush()
    this.#out.push(line)
  }

  #flush(): void {
    this.#out.push(this.#held.splice(0).join(''))
  }
}
