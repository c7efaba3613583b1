import type {ChatEvent, ProviderMetadata} from 'vibe-plugin-api'
import {malformedMetadata, type Piece, type Recogniser, type TextCall} from './text-call.ts'

type Block = Extract<ChatEvent, {index: number}>

/**
 * Turns the text of one answer into text and tool calls: the same grammar of events, with indexes and call ids of its
 * own. Everything but text passes through.
 */
export class TextEvents {
  readonly #recogniser: Recogniser
  readonly #lastLook: (text: string) => TextCall[]
  #changedKind = false
  #native = 0
  readonly #text: string[] = []
  readonly #indexes = new Map<number, number>()
  #next = 0
  /** The text block that is open, as it is numbered outside. */
  #open: number | undefined
  #calls = 0

  /** @param lastLook finds calls of another kind in the text of an answer that has none of the expected kind */
  constructor(recogniser: Recogniser, lastLook: (text: string) => TextCall[] = () => []) {
    this.#recogniser = recogniser
    this.#lastLook = lastLook
  }

  /** Whether the calls are of the other kind. */
  get changedKind(): boolean {
    return this.#changedKind
  }

  /** How many calls the text held so far. */
  get calls(): number {
    return this.#calls
  }

  accept(event: ChatEvent): ChatEvent[] {
    switch (event.type) {
      case 'text-start':
        return []
      case 'text-delta':
        return this.#pieces(this.#recogniser.accept(event.text))
      case 'text-end':
        return this.#close(event.providerMetadata)
      case 'response-end':
        return this.#end(event)
      case 'tool-call-end':
        this.#native++
        return [this.#renumbered(event)]
      default:
        return ['index' in event ? this.#renumbered(event) : event]
    }
  }

  /** Nothing follows, not even an end: what was held back is text, since a call that may be cut never runs. */
  abandon(): ChatEvent[] {
    const text = this.#recogniser.end().map((piece) => (piece.type === 'text' ? piece.text : piece.call.raw))
    return [...(text.length === 0 ? [] : this.#say(text.join(''))), ...this.#close()]
  }

  #end(event: Extract<ChatEvent, {type: 'response-end'}>): ChatEvent[] {
    const rest = this.#pieces(this.#recogniser.end())
    const none = this.#calls === 0 && this.#native === 0
    const others = none ? this.#lastLook(this.#text.join('')) : []
    this.#changedKind = others.length > 0
    const more = this.#pieces(others.map((call) => ({type: 'call', call})))
    const asks = this.#calls > 0 && ['end-turn', 'stop-sequence', 'other'].includes(event.stopReason)
    return [...rest, ...more, ...this.#close(), asks ? {...event, stopReason: 'tool-calls'} : event]
  }

  #renumbered(event: Block): ChatEvent {
    const index = this.#indexes.get(event.index) ?? this.#next++
    this.#indexes.set(event.index, index)
    return {...event, index}
  }

  #pieces(pieces: readonly Piece[]): ChatEvent[] {
    return pieces.flatMap((piece) => (piece.type === 'text' ? this.#say(piece.text) : this.#call(piece.call)))
  }

  #say(text: string): ChatEvent[] {
    this.#text.push(text)
    if (this.#open !== undefined) return [{type: 'text-delta', index: this.#open, text}]
    const index = this.#next++
    this.#open = index
    return [
      {type: 'text-start', index},
      {type: 'text-delta', index, text},
    ]
  }

  #close(providerMetadata?: ProviderMetadata): ChatEvent[] {
    const index = this.#open
    this.#open = undefined
    if (index === undefined) return []
    return [{type: 'text-end', index, ...(providerMetadata === undefined ? {} : {providerMetadata})}]
  }

  #call(call: TextCall): ChatEvent[] {
    this.#calls++
    const index = this.#next++
    const {name, input} = call
    const callId = `call_${process.getBuiltinModule('node:crypto').randomBytes(12).toString('hex')}`
    const inputText = input === undefined ? call.raw : JSON.stringify(input)
    const metadata = malformedMetadata(call)
    return [
      ...this.#close(),
      {type: 'tool-call-start', index, callId, name},
      {type: 'tool-call-delta', index, inputText},
      {
        type: 'tool-call-end',
        index,
        callId,
        name,
        inputText,
        ...(input === undefined ? {} : {input}),
        ...(metadata === undefined ? {} : {providerMetadata: metadata}),
      },
    ]
  }
}
