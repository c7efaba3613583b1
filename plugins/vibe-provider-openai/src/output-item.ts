import type {ChatEvent, JsonObject, ProviderMetadata} from 'vibe-plugin-api'
import {asList, asObject, asText, parseJson, type Loose} from 'vibe-openai-wire/wire'

export type ItemKind = 'text' | 'reasoning' | 'tool-call'
type Options = {kind: ItemKind; providerId: string; nextBlock: () => number}

/** One item of a response's output, which becomes one block. The block opens with the first thing there is to say. */
export class OutputItem {
  readonly kind: ItemKind
  call: {id: string; name: string} = {id: '', name: ''}
  readonly #providerId: string
  readonly #nextBlock: () => number
  #block: number | undefined
  #said = ''
  #break = ''
  #ended = false

  constructor({kind, providerId, nextBlock}: Options) {
    this.kind = kind
    this.#providerId = providerId
    this.#nextBlock = nextBlock
  }

  /** The next delta begins a new paragraph of a summary. */
  paragraph(): void {
    if (this.#said !== '') this.#break = '\n\n'
  }

  *say(delta: string): Generator<ChatEvent> {
    if (this.#ended || delta === '') return
    yield* this.#open()
    const index = this.#block ?? 0
    const text = this.#break + delta
    this.#break = ''
    this.#said += text
    yield this.kind === 'tool-call'
      ? {type: 'tool-call-delta', index, inputText: text}
      : {type: `${this.kind}-delta`, index, text}
  }

  /** @param item the whole item as the service sent it at last; empty when it never did */
  *end(item: Loose): Generator<ChatEvent> {
    if (this.#ended) return
    if (this.#said === '') yield* this.say(wholeText(item))
    const metadata = this.#metadata(item)
    if (this.#block === undefined && this.kind === 'reasoning' && metadata) yield* this.#open(true)
    if (this.kind === 'tool-call') yield* this.#open()
    this.#ended = true
    const index = this.#block
    if (index === undefined) return
    const providerMetadata = metadata ? {providerMetadata: metadata} : {}
    if (this.kind === 'tool-call') yield this.#callEnd(index, item)
    else yield {type: `${this.kind}-end`, index, ...providerMetadata}
  }

  *#open(redacted = false): Generator<ChatEvent> {
    if (this.#block !== undefined) return
    const index = (this.#block = this.#nextBlock())
    if (this.kind === 'tool-call') yield {type: 'tool-call-start', index, callId: this.call.id, name: this.call.name}
    else if (this.kind === 'reasoning') yield {type: 'reasoning-start', index, ...(redacted ? {redacted: true} : {})}
    else yield {type: 'text-start', index}
  }

  #callEnd(index: number, item: Loose): ChatEvent {
    const inputText = this.#said
    const empty = inputText.trim() === '' && item.status === 'completed'
    const input = asObject(empty ? {} : parseJson(inputText))
    const head = {type: 'tool-call-end', index, callId: this.call.id, name: this.call.name, inputText} as const
    return input ? {...head, input: input as JsonObject} : head
  }

  /** What must come back on the next request: sealed thoughts, and the phase of a message. */
  #metadata(item: Loose): ProviderMetadata | undefined {
    const sealed = asText(item.encrypted_content)
    if (this.kind === 'reasoning' && sealed)
      return {[this.#providerId]: {id: asText(item.id) ?? '', encryptedContent: sealed}}
    const phase = asText(item.phase)
    return this.kind === 'text' && phase ? {[this.#providerId]: {phase}} : undefined
  }
}

function wholeText(item: Loose): string {
  if (typeof item.arguments === 'string') return item.arguments
  const parts = item.type === 'reasoning' && asList(item.summary).length > 0 ? item.summary : item.content
  const texts = asList(parts).map((part) => asText(asObject(part)?.text) ?? asText(asObject(part)?.refusal) ?? '')
  return texts.join(item.type === 'reasoning' ? '\n\n' : '')
}
