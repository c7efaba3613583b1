import {callsOf, verdictOn} from './json-call.ts'
import {ValueScanner} from './json-values.ts'
import {taggedVerdict} from './tagged-call.ts'
import {closesFence, lineKind, openFence, type Fence} from './line-kind.ts'
import type {Piece, Recogniser, TextCall} from './text-call.ts'

/** Enough of a candidate to tell whether it may be a call. */
const HEAD = 400
/** A line that is longer opens nothing. */
const MAX_OPENER = 200

type Candidate = {
  explicit: boolean
  raw: string[]
  /** Of the JSON, not of what surrounds it. */
  head: string
  verdict: 'yes' | 'open'
  kind: {type: 'fence'; fence: Fence; line: string} | {type: 'tag'; close: string; tail: string} | ValueKind
}
type Waiting = {raw: string; calls?: TextCall[]; explicit?: boolean}
type ValueKind = {type: 'value'; scanner: ValueScanner}

/**
 * Finds tool calls in what a model writes, as small models really write them.
 *
 * Always a call: `<tool_call>…</tool_call>` and its kin, and a fence whose language is `tool_call`, at the beginning of a
 * line. A call only where nothing but blanks and other calls follow to the end of the answer: JSON alone in a `json` or
 * nameless fence, and a bare JSON object at the beginning of a line, if it names a tool that exists and has arguments.
 * Everything else is text: JSON inside a sentence, in a quotation, in a fence of another language, or with prose after it.
 */
export function createJsonRecogniser(tools: ReadonlySet<string>): Recogniser {
  const machine = new JsonMachine(tools)
  return {
    accept: (text) => machine.accept(text),
    end: () => machine.end(),
  }
}

class JsonMachine {
  readonly #tools: ReadonlySet<string>
  #out: Piece[] = []
  /** Unmarked calls that count only if no prose follows, with the blanks after them. */
  #pending: Waiting[] = []
  #where: 'line-start' | 'prose' | 'fence' | 'thought' | 'candidate' = 'line-start'
  #line = ''
  #thought = {close: '</think>', tail: ''}
  #begun = false
  #fence: Fence | undefined
  #candidate: Candidate | undefined

  constructor(tools: ReadonlySet<string>) {
    this.#tools = tools
  }

  accept(text: string): Piece[] {
    this.#feed(text)
    return this.#take()
  }

  end(): Piece[] {
    const candidate = this.#candidate
    if (candidate) this.#finish(candidate)
    else if (this.#where === 'line-start') this.#say(this.#line)
    for (const {raw, calls} of this.#pending.splice(0)) this.#emit(raw, calls)
    return this.#take()
  }

  #take(): Piece[] {
    const out = this.#out
    this.#out = []
    return out
  }

  /** Line by line; each part is looked at once, by the state it falls into. */
  #feed(text: string): void {
    let position = 0
    while (position < text.length) {
      const newline = text.indexOf('\n', position)
      const end = newline === -1 ? text.length : newline + 1
      let part = text.slice(position, end)
      while (part !== '') part = this.#step(part)
      position = end
    }
  }

  /** @returns what of the part is left for the next state */
  #step(part: string): string {
    if (this.#candidate) return this.#collect(this.#candidate, part)
    if (this.#where === 'line-start') return this.#decide(part)
    if (this.#where === 'thought') return this.#think(part)
    this.#say(part)
    if (this.#where === 'fence') this.#followFence(part)
    else if (part.endsWith('\n')) this.#where = 'line-start'
    return ''
  }

  /** What a model thinks aloud at the beginning of its answer asks for nothing. */
  #think(part: string): string {
    const end = endOfTag(this.#thought, part)
    const taken = end === -1 ? part : part.slice(0, end)
    this.#say(taken)
    if (end !== -1) this.#where = 'line-start'
    return part.slice(taken.length)
  }

  #followFence(part: string): void {
    if (this.#line.length <= MAX_OPENER) this.#line += part
    if (!part.endsWith('\n')) return
    if (this.#fence && closesFence(this.#line, this.#fence)) this.#where = 'line-start'
    this.#line = ''
  }

  #decide(part: string): string {
    this.#line += part
    const separator = this.#pending.length > 0 ? /^[ \t]*[;,]/.exec(this.#line)?.[0] : undefined
    if (separator !== undefined) return this.#passSeparator(separator)
    const found = lineKind(this.#line)
    const kind = this.#line.length > MAX_OPENER && (found === 'open' || found === 'fence') ? 'prose' : found
    if (kind === 'open') return ''
    const line = this.#line
    this.#line = ''
    if (kind === 'blank') {
      this.#say(line)
      return ''
    }
    const first = !this.#begun
    this.#begun = true
    if (kind === 'fence') return this.#openFence(line)
    if (typeof kind === 'object' && kind.thought) {
      this.#thought = {close: kind.close ?? '', tail: ''}
      this.#where = first ? 'thought' : 'prose'
      return line
    }
    if (typeof kind === 'object') return this.#begin(kind, line)
    this.#where = line.endsWith('\n') ? 'line-start' : 'prose'
    this.#say(line)
    return ''
  }

  /** Some models part their calls as a list does. */
  #passSeparator(separator: string): string {
    const rest = this.#line.slice(separator.length)
    this.#line = ''
    const last = this.#pending.at(-1)
    if (last) last.raw += separator
    return rest
  }

  #openFence(line: string): string {
    const fence = openFence(line)
    this.#fence = fence
    this.#where = fence ? 'fence' : 'line-start'
    if (fence?.holds === undefined) this.#say(line)
    else this.#start(line, {explicit: fence.holds === 'calls', type: 'fence', fence})
    return ''
  }

  /** @returns the rest of the line, behind the tag or marker */
  #begin(kind: {lead: number; close?: string; explicit: boolean}, line: string): string {
    if (kind.close === undefined) this.#start(line.slice(0, kind.lead), {explicit: kind.explicit, type: 'value'})
    else this.#start(line.slice(0, kind.lead), {explicit: true, type: 'tag', close: kind.close})
    return line.slice(kind.lead)
  }

  #start(
    raw: string,
    how: {explicit: boolean} & ({type: 'fence'; fence: Fence} | {type: 'tag'; close: string} | {type: 'value'}),
  ): void {
    const kind: Candidate['kind'] =
      how.type === 'fence'
        ? {type: 'fence', fence: how.fence, line: ''}
        : how.type === 'tag'
          ? {type: 'tag', close: how.close, tail: ''}
          : {type: 'value', scanner: new ValueScanner()}
    this.#candidate = {explicit: how.explicit, raw: [raw], head: '', verdict: 'open', kind}
    this.#where = 'candidate'
  }

  #collect(candidate: Candidate, part: string): string {
    const {kind} = candidate
    if (kind.type === 'fence') return this.#collectFence(candidate, kind, part)
    const end = kind.type === 'tag' ? endOfTag(kind, part) : kind.scanner.scan(part)
    const taken = end === -1 ? part : part.slice(0, end)
    candidate.raw.push(taken)
    if (!this.#stillPossible(candidate, taken)) return part.slice(taken.length)
    if (end !== -1) this.#finish(candidate)
    return part.slice(taken.length)
  }

  #collectFence(candidate: Candidate, kind: {fence: Fence; line: string}, part: string): string {
    candidate.raw.push(part)
    if (kind.line.length <= MAX_OPENER) kind.line += part
    const closed = part.endsWith('\n') && closesFence(kind.line, kind.fence)
    if (closed) this.#finish(candidate)
    else if (this.#stillPossible(candidate, part) && part.endsWith('\n')) kind.line = ''
    return ''
  }

  /** Gives up a candidate as soon as its beginning is that of no call. */
  #stillPossible(candidate: Candidate, part: string): boolean {
    if (candidate.verdict === 'yes' || candidate.head.length >= HEAD) return true
    candidate.head += part.slice(0, HEAD - candidate.head.length)
    const verdict = candidate.explicit ? explicitVerdict(candidate) : verdictOn(candidate.head, this.#tools)
    if (verdict !== 'no' && !(verdict === 'open' && candidate.head.length >= HEAD)) {
      candidate.verdict = verdict
      return true
    }
    this.#release(candidate)
    return false
  }

  #release({raw, kind}: Candidate): void {
    this.#candidate = undefined
    const text = raw.join('')
    this.#say(text)
    if (kind.type === 'fence') {
      this.#where = 'fence'
      const last = text.slice(text.lastIndexOf('\n', text.length - 1) + 1)
      this.#line = text.endsWith('\n') ? '' : last.slice(0, MAX_OPENER + 1)
    } else this.#where = text.endsWith('\n') ? 'line-start' : 'prose'
  }

  #finish(candidate: Candidate): void {
    this.#candidate = undefined
    this.#where = 'line-start'
    const raw = candidate.raw.join('')
    const {explicit} = candidate
    const calls = callsOf(bodyOf(candidate, raw), {explicit, tools: this.#tools})
    if (calls === undefined) this.#say(raw)
    else if (explicit && this.#pending.length === 0) this.#emit(raw, calls)
    else this.#pending.push({raw, calls, explicit})
  }

  #say(text: string): void {
    if (text === '') return
    if (this.#pending.length > 0) {
      if (text.trim() === '') return void this.#pending.push({raw: text})
      for (const {raw, calls, explicit} of this.#pending.splice(0)) this.#emit(raw, explicit ? calls : undefined)
    }
    this.#out.push({type: 'text', text})
  }

  #emit(raw: string, calls: TextCall[] | undefined): void {
    if (calls === undefined) this.#out.push({type: 'text', text: raw})
    else for (const call of calls) this.#out.push({type: 'call', call})
  }
}

function endOfTag(kind: {close: string; tail: string}, part: string): number {
  const text = kind.tail + part
  const found = text.indexOf(kind.close)
  if (found !== -1) return found + kind.close.length - kind.tail.length
  kind.tail = text.slice(-(kind.close.length - 1))
  return -1
}

/** A tag that somebody only writes about is followed by words. */
function explicitVerdict({head, kind}: Candidate): 'yes' | 'no' | 'open' {
  const text = head.trimStart()
  if (text === '') return 'open'
  if (kind.type === 'tag') {
    const own = taggedVerdict(text)
    if (own !== 'no') return own
  }
  if (kind.type === 'fence' || text.startsWith('{') || text.startsWith('[')) return 'yes'
  if (text.startsWith('```')) return kind.type === 'tag' ? 'yes' : 'no'
  return kind.type === 'tag' && '```'.startsWith(text) ? 'open' : 'no'
}

function bodyOf({kind, raw}: Candidate, whole: string): string {
  const body = whole.slice(raw[0]?.length ?? 0)
  if (kind.type === 'value') return body
  if (kind.type === 'tag') return withoutFence(body.endsWith(kind.close) ? body.slice(0, -kind.close.length) : body)
  const lastLine = body.trimEnd().lastIndexOf('\n')
  const closing = body.slice(lastLine + 1)
  return closesFence(closing, kind.fence) ? body.slice(0, lastLine + 1) : body
}

function withoutFence(body: string): string {
  return /^\s*```\w*\n([\s\S]*?)\n?```\s*$/.exec(body)?.[1] ?? body
}
