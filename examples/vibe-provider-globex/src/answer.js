/** @import {ChatEvent, StopReason, Usage} from 'vibe-plugin-api' */
import {member, parseJson} from './service.js'

/**
 * @typedef {{index?: number, callId: string, name: string, text: string}} Call
 * @typedef {'text' | 'reasoning'} Kind
 */

/** @type {Readonly<Record<string, StopReason>>} */
const STOP_REASONS = {
  stop: 'end-turn',
  length: 'max-output',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
}

/** Turns the service's chunks into vibe's events: one start, blocks by index, one end. */
export class Answer {
  /** @type {Map<number, Call>} the tool calls by the service's own numbers */
  #calls = new Map()
  /** @type {{kind: Kind, index: number} | undefined} the block of text or thoughts that is being written */
  #open
  #nextIndex = 0
  #started = false
  /** @type {string | undefined} */
  #finish
  /** @type {Usage} */
  #usage = {}

  /** Whether the service said that the answer is complete. */
  get finished() {
    return this.#finish !== undefined
  }

  /**
   * @param {unknown} chunk
   * @returns {Generator<ChatEvent>}
   */
  *push(chunk) {
    if (!this.#started) yield start(chunk)
    this.#started = true
    const usage = member(chunk, 'usage')
    if (typeof usage === 'object' && usage !== null) this.#usage = usageOf(usage)
    const choice = member(member(chunk, 'choices'), '0')
    const delta = member(choice, 'delta')
    yield* this.#say('reasoning', member(delta, 'reasoning_content') ?? member(delta, 'reasoning'))
    yield* this.#say('text', member(delta, 'content'))
    const calls = member(delta, 'tool_calls')
    if (Array.isArray(calls)) for (const [place, call] of calls.entries()) yield* this.#call(call, place)
    const finish = member(choice, 'finish_reason')
    if (typeof finish === 'string') this.#finish = finish
  }

  /**
   * Closes what is open. A call whose JSON did not arrive whole gets no `input`, so that nobody runs it.
   * @returns {Generator<ChatEvent>}
   */
  *end() {
    yield* this.#close()
    const stopReason = this.#stopReason()
    for (const {index, callId, name, text} of this.#calls.values()) {
      if (index === undefined) continue
      const input = inputOf(text, stopReason)
      yield {type: 'tool-call-end', index, callId, name, inputText: text, ...(input && {input})}
    }
    const raw = this.#finish
    yield {type: 'response-end', stopReason, ...(raw !== undefined && {rawStopReason: raw}), usage: this.#usage}
  }

  /** @returns {StopReason} */
  #stopReason() {
    const reason = this.#finish === undefined ? 'end-turn' : (STOP_REASONS[this.#finish] ?? 'other')
    // Many services say "stop" although they call tools.
    return reason === 'end-turn' && this.#calls.size > 0 ? 'tool-calls' : reason
  }

  /**
   * @param {Kind} kind
   * @param {unknown} text
   * @returns {Generator<ChatEvent>}
   */
  *#say(kind, text) {
    if (typeof text !== 'string' || text === '') return
    if (this.#open?.kind !== kind) {
      yield* this.#close()
      this.#open = {kind, index: this.#nextIndex++}
      yield {type: `${kind}-start`, index: this.#open.index}
    }
    yield {type: `${kind}-delta`, index: this.#open.index, text}
  }

  /** @returns {Generator<ChatEvent>} */
  *#close() {
    if (this.#open) yield {type: `${this.#open.kind}-end`, index: this.#open.index}
    this.#open = undefined
  }

  /**
   * @param {unknown} delta
   * @param {number} place
   * @returns {Generator<ChatEvent>}
   */
  *#call(delta, place) {
    const number = Number(member(delta, 'index') ?? place)
    const {id, name, text} = partsOf(delta)
    const call = this.#calls.get(number) ?? {callId: this.#uniqueId(id ?? `call_${number}`), name: '', text: ''}
    this.#calls.set(number, call)
    call.text += text
    call.name ||= name
    if (call.name === '') return
    if (call.index === undefined) {
      yield* this.#close()
      call.index = this.#nextIndex++
      yield {type: 'tool-call-start', index: call.index, callId: call.callId, name: call.name}
      if (call.text !== '') yield {type: 'tool-call-delta', index: call.index, inputText: call.text}
    } else if (text !== '') yield {type: 'tool-call-delta', index: call.index, inputText: text}
  }

  /** @param {string} wanted */
  #uniqueId(wanted) {
    const used = new Set([...this.#calls.values()].map(({callId}) => callId))
    let id = wanted
    for (let number = 2; used.has(id); number++) id = `${wanted}-${number}`
    return id
  }
}

/**
 * @param {unknown} chunk
 * @returns {ChatEvent}
 */
function start(chunk) {
  const id = member(chunk, 'id')
  const model = member(chunk, 'model')
  return {
    type: 'response-start',
    ...(typeof id === 'string' && {responseId: id}),
    ...(typeof model === 'string' && {model}),
    warnings: [],
  }
}

/** @param {unknown} delta */
function partsOf(delta) {
  const id = member(delta, 'id')
  const name = member(member(delta, 'function'), 'name')
  const text = member(member(delta, 'function'), 'arguments')
  return {
    id: typeof id === 'string' && id !== '' ? id : undefined,
    name: typeof name === 'string' ? name : '',
    text: typeof text === 'string' ? text : '',
  }
}

/**
 * @param {string} text
 * @param {StopReason} stopReason
 */
function inputOf(text, stopReason) {
  // A tool without parameters is called with no text at all; a cut answer may just not have come to them.
  const value = text.trim() === '' && stopReason !== 'max-output' ? {} : parseJson(text)
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? /** @type {import('vibe-plugin-api').JsonObject} */ (value)
    : undefined
}

/**
 * A number that the service does not name stays away, and is never 0.
 * @param {object} raw
 * @returns {Usage}
 */
function usageOf(raw) {
  /** @param {unknown} value */
  const count = (value) => (typeof value === 'number' && value >= 0 ? value : undefined)
  const input = count(member(raw, 'prompt_tokens'))
  const output = count(member(raw, 'completion_tokens'))
  const cached = count(member(member(raw, 'prompt_tokens_details'), 'cached_tokens'))
  const thought = count(member(member(raw, 'completion_tokens_details'), 'reasoning_tokens'))
  return {
    ...(input !== undefined && {input}),
    ...(output !== undefined && {output}),
    ...(cached !== undefined && {inputCacheRead: cached}),
    ...(thought !== undefined && {outputReasoning: thought}),
  }
}
