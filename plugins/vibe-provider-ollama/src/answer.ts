import {createHash} from 'node:crypto'
import type {ChatEvent, JsonObject, StopReason, Usage, Warning} from 'vibe-plugin-api'
import {asCount, asList, asObject, asText, parseJson, type Loose} from './wire.ts'

type Prose = {kind: 'text' | 'reasoning'; index: number}
export type AnswerFacts = {
  warnings: Warning[]
  /** The request as sent, from which ids of calls are made. */ body: string
}

/** Turns the lines of one answer into events that keep the contract's grammar. */
export class Answer {
  readonly #facts: AnswerFacts
  readonly #ids = new Set<string>()
  #blocks = 0
  #started = false
  #prose: Prose | undefined
  #done: Loose | undefined

  constructor(facts: AnswerFacts) {
    this.#facts = facts
  }

  get finished(): boolean {
    return this.#done !== undefined
  }

  /** Tokens of the prompt that the server saw, once it has told. */
  get promptTokens(): number | undefined {
    return asCount(this.#done?.prompt_eval_count)
  }

  /** Takes one line. */
  *push(line: Loose): Generator<ChatEvent> {
    if (!this.#started) yield this.#start(line)
    const message = asObject(line.message) ?? {}
    const thinking = asText(message.thinking)
    const content = asText(message.content)
    if (thinking !== undefined) yield* this.#say('reasoning', thinking)
    if (content !== undefined) yield* this.#say('text', content)
    for (const call of asList(message.tool_calls)) yield* this.#call(asObject(call) ?? {})
    if (line.done === true) this.#done = line
  }

  /**
   * Closes the open block and the answer.
   * @param late what only the end of the answer showed
   */
  *end(late: readonly Warning[]): Generator<ChatEvent> {
    yield* this.#endProse()
    const done = this.#done ?? {}
    const raw = asText(done.done_reason)
    const input = this.promptTokens
    const output = asCount(done.eval_count)
    const usage: Usage = {...(input === undefined ? {} : {input}), ...(output === undefined ? {} : {output})}
    yield {
      type: 'response-end',
      stopReason: stopReasonOf(raw, this.#ids.size > 0),
      ...(raw === undefined ? {} : {rawStopReason: raw}),
      usage,
      ...(late.length > 0 ? {warnings: [...late]} : {}),
    }
  }

  #start(line: Loose): ChatEvent {
    this.#started = true
    const model = asText(line.model)
    return {type: 'response-start', warnings: this.#facts.warnings, ...(model === undefined ? {} : {model})}
  }

  *#say(kind: Prose['kind'], text: string): Generator<ChatEvent> {
    if (this.#prose?.kind !== kind) {
      yield* this.#endProse()
      this.#prose = {kind, index: this.#blocks++}
      yield {type: `${kind}-start`, index: this.#prose.index}
    }
    yield {type: `${kind}-delta`, index: this.#prose.index, text}
  }

  *#endProse(): Generator<ChatEvent> {
    if (!this.#prose) return
    const {kind, index} = this.#prose
    this.#prose = undefined
    yield {type: `${kind}-end`, index}
  }

  /** Calls come whole, with the arguments as an object; a proxy may send them as text. */
  *#call(call: Loose): Generator<ChatEvent> {
    yield* this.#endProse()
    const asked = asObject(call.function) ?? {}
    const name = asText(asked.name) ?? 'unknown'
    const given = asked.arguments ?? {}
    const inputText = typeof given === 'string' ? given : JSON.stringify(given)
    const input = asObject(inputText.trim() === '' ? {} : parseJson(inputText))
    const callId = this.#idOf(asText(call.id), `${name}\n${inputText}`)
    const index = this.#blocks++
    yield {type: 'tool-call-start', index, callId, name}
    if (inputText !== '') yield {type: 'tool-call-delta', index, inputText}
    yield {type: 'tool-call-end', index, callId, name, inputText, ...(input ? {input: input as JsonObject} : {})}
  }

  /** Most versions send no id. One made from request and call is the same again on a retry, and new with each turn. */
  #idOf(wanted: string | undefined, call: string): string {
    const made = () => {
      const hash = createHash('sha256').update(this.#facts.body).update(`\n${this.#ids.size}\n`).update(call)
      return `call_${hash.digest('hex').slice(0, 24)}`
    }
    const id = wanted !== undefined && !this.#ids.has(wanted) ? wanted : made()
    this.#ids.add(id)
    return id
  }
}

function stopReasonOf(raw: string | undefined, calls: boolean): StopReason {
  if (raw === 'length') return 'max-output'
  if (calls) return 'tool-calls'
  return raw === undefined || raw === 'stop' ? 'end-turn' : 'other'
}
