import {ProviderError, type ChatEvent, type JsonObject} from 'vibe-plugin-api'
import {isObject, objectAt, textAt, type Wire} from './wire.ts'

type Kind = 'text' | 'reasoning' | 'tool-call' | 'ignored'
type Block = {
  kind: Kind
  index: number
  text: string
  callId: string
  name: string
  given: JsonObject
  signed: JsonObject
}

/** Goes with each signature: only this model of this provider takes it back. */
export type BlockSource = {model: string; providerId: string}

/** Content blocks of one answer: turns the service's block events into the contract's, with indexes of our own. */
export class Blocks {
  readonly #open = new Map<unknown, Block>()
  readonly #from: BlockSource
  #next = 0
  readonly #callIds = new Set<string>()

  constructor(from: BlockSource) {
    this.#from = from
  }

  get hasCalls(): boolean {
    return this.#callIds.size > 0
  }

  *start(event: Wire): Generator<ChatEvent> {
    const at = event['index']
    yield* this.#end(at)
    yield* this.#begin(at, objectAt(event, 'content_block'))
  }

  *delta(event: Wire): Generator<ChatEvent> {
    const delta = objectAt(event, 'delta')
    const at = event['index']
    if (!this.#open.has(at)) yield* this.#begin(at, implied(delta))
    const block = this.#open.get(at)
    if (block) yield* grow(block, delta)
  }

  *stop(event: Wire): Generator<ChatEvent> {
    yield* this.#end(event['index'])
  }

  /** Ends what the service left open. */
  *stopAll(): Generator<ChatEvent> {
    for (const at of this.#open.keys()) yield* this.#end(at)
  }

  *#begin(at: unknown, content: Wire): Generator<ChatEvent> {
    const kind = kindOf(content)
    const index = kind === 'ignored' ? -1 : this.#next++
    const callId = kind === 'tool-call' ? this.#newId(textAt(content, 'id') ?? `call_${index}`) : ''
    const name = textAt(content, 'name') ?? ''
    const data = textAt(content, 'data')
    const redacted = content['type'] === 'redacted_thinking'
    const signed: JsonObject = redacted && data !== undefined ? {data} : {}
    this.#open.set(at, {kind, index, text: '', callId, name, given: objectAt(content, 'input'), signed})
    if (kind === 'text') yield {type: 'text-start', index}
    else if (kind === 'reasoning')
      yield {type: 'reasoning-start', index, ...(redacted ? {redacted: true as const} : {})}
    else if (kind === 'tool-call') yield {type: 'tool-call-start', index, callId, name}
    const block = this.#open.get(at)
    if (block) yield* grow(block, opening(content))
  }

  /** Results are joined to their calls by it, and some gateways give one id twice. */
  #newId(wanted: string): string {
    let id = wanted
    for (let number = 2; this.#callIds.has(id); number++) id = `${wanted}-${number}`
    this.#callIds.add(id)
    return id
  }

  *#end(at: unknown): Generator<ChatEvent> {
    const block = this.#open.get(at)
    this.#open.delete(at)
    if (block?.kind === 'text') yield {type: 'text-end', index: block.index}
    else if (block?.kind === 'reasoning') {
      const signed = Object.keys(block.signed).length > 0
      const metadata = signed
        ? {providerMetadata: {[this.#from.providerId]: {...block.signed, model: this.#from.model}}}
        : {}
      yield {type: 'reasoning-end', index: block.index, ...metadata}
    } else if (block?.kind === 'tool-call') yield* endOfCall(block)
  }
}

function* grow(block: Block, delta: Wire): Generator<ChatEvent> {
  const {kind, index} = block
  const signature = textAt(delta, 'signature')
  if (kind === 'reasoning' && signature) block.signed = {...block.signed, signature}
  const key = kind === 'text' ? 'text' : kind === 'reasoning' ? 'thinking' : 'partial_json'
  const text = textAt(delta, key)
  if (kind === 'ignored' || !text) return
  block.text += text
  if (kind === 'text') yield {type: 'text-delta', index, text}
  else if (kind === 'reasoning') yield {type: 'reasoning-delta', index, text}
  else yield {type: 'tool-call-delta', index, inputText: text}
}

/** Some gateways give the whole input when the call starts; a call without arguments may have none at all. */
function* endOfCall({index, callId, name, text, given}: Block): Generator<ChatEvent> {
  const inputText = text === '' ? JSON.stringify(given) : text
  if (text === '') yield {type: 'tool-call-delta', index, inputText}
  const input = parse(inputText)
  yield {type: 'tool-call-end', index, callId, name, inputText, ...(input === undefined ? {} : {input})}
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined // Cut or broken: the contract says so by leaving `input` out.
  }
}

function kindOf(content: Wire): Kind {
  const type = content['type']
  if (type === 'text') return 'text'
  if (type === 'thinking' || type === 'redacted_thinking') return 'reasoning'
  return type === 'tool_use' ? 'tool-call' : 'ignored'
}

/** What the start of a block already says; the service sends it empty, some gateways do not. */
function opening(content: Wire): Wire {
  return {text: content['text'] ?? '', thinking: content['thinking'] ?? '', signature: content['signature'] ?? ''}
}

function implied(delta: Wire): Wire {
  const type = delta['type']
  if (type === 'text_delta') return {type: 'text'}
  if (type === 'thinking_delta' || type === 'signature_delta') return {type: 'thinking'}
  if (type !== 'input_json_delta') return {type: 'unknown'}
  throw new ProviderError({
    code: 'bad-response',
    message: 'The service sent the input of a tool call that it never started.',
    retryable: true,
  })
}
