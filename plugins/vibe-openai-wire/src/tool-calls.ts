import type {ChatEvent, JsonObject} from 'vibe-plugin-api'
import type {ToolDelta} from './chunks.ts'
import {asObject, parseJson, type Loose} from './wire.ts'

type Call = {
  wireIndex?: number
  wireId?: string
  callId?: string
  name?: string
  text: string
  block?: number
  extra?: Loose
}

/**
 * Puts tool calls together from deltas. Servers leave out the index or the id, give two calls the same id, or put all
 * calls at index 0: what belongs together is decided here, and every call gets an id of its own.
 */
export class ToolCalls {
  readonly #calls: Call[] = []
  readonly #ids = new Set<string>()
  readonly #nextBlock: () => number

  /** @param nextBlock gives the next unused block index of the stream */
  constructor(nextBlock: () => number) {
    this.#nextBlock = nextBlock
  }

  get count(): number {
    return this.#calls.length
  }

  /** Takes the deltas of one chunk. */
  *add(deltas: readonly ToolDelta[]): Generator<ChatEvent> {
    const touched = new Set<Call>()
    for (const delta of deltas) {
      const call = this.#find(delta, touched) ?? this.#begin(delta)
      touched.add(call)
      if (delta.extra) call.extra = {...call.extra, ...delta.extra}
      if (call.name === undefined && delta.name !== undefined) call.name = delta.name
      if (call.wireId === undefined && delta.id !== undefined) call.wireId = delta.id
      yield* this.#say(call, delta.text)
    }
  }

  /**
   * Ends all calls.
   * @param whole whether the answer came to its own end, so that empty arguments mean "none" and not "cut off"
   */
  *end(providerId: string, whole: boolean): Generator<ChatEvent> {
    for (const call of this.#calls) {
      call.name ??= 'unknown'
      yield* this.#say(call, '')
      const {block: index = 0, callId = '', name, text: inputText, extra} = call
      const input = asObject(inputText.trim() === '' && whole ? {} : parseJson(inputText))
      yield {
        type: 'tool-call-end',
        index,
        callId,
        name,
        inputText,
        ...(input ? {input: input as JsonObject} : {}),
        ...(extra ? {providerMetadata: {[providerId]: {extra: extra as JsonObject}}} : {}),
      }
    }
  }

  #find(delta: ToolDelta, touched: ReadonlySet<Call>): Call | undefined {
    if (delta.index !== undefined) {
      const call = this.#calls.findLast(({wireIndex}) => wireIndex === delta.index)
      const another = delta.id !== undefined && call?.wireId !== undefined && delta.id !== call.wireId
      return another && delta.name !== undefined ? undefined : call
    }
    const call = delta.id === undefined ? this.#calls.at(-1) : this.#calls.findLast(({wireId}) => wireId === delta.id)
    if (!call || touched.has(call)) return undefined
    const complete = delta.name !== undefined && asObject(parseJson(call.text)) !== undefined
    return complete ? undefined : call
  }

  #begin(delta: ToolDelta): Call {
    const call: Call = {text: '', ...(delta.index === undefined ? {} : {wireIndex: delta.index})}
    this.#calls.push(call)
    return call
  }

  /** A call is announced once its name is known; what came before is said then. */
  *#say(call: Call, text: string): Generator<ChatEvent> {
    call.text += text
    if (call.name === undefined) return
    const announced = call.block !== undefined
    const index = (call.block ??= this.#nextBlock())
    if (!announced) {
      call.callId = this.#uniqueId(call.wireId)
      yield {type: 'tool-call-start', index, callId: call.callId, name: call.name}
    }
    const inputText = announced ? text : call.text
    if (inputText !== '') yield {type: 'tool-call-delta', index, inputText}
  }

  #uniqueId(wanted: string | undefined): string {
    let id = wanted ?? `call_${crypto.randomUUID().replaceAll('-', '').slice(0, 24)}`
    for (let number = 2; this.#ids.has(id); number++) id = `${wanted}-${number}`
    this.#ids.add(id)
    return id
  }
}
