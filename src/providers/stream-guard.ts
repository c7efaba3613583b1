import {type ChatEvent, type JsonObject, ProviderError, type Warning} from 'vibe-plugin-api'
import {OddEvent, readEvent} from './stream-events.ts'
import {parseToolInput} from './tool-input.ts'

/** Eight times the deltas of the longest answers there are. */
const MAX_EVENTS = 1_000_000
/** Events that say nothing: unknown ones and empty deltas. Services send a few as a sign of life. */
const MAX_IDLE = 100_000
/** Blocks of one answer, which nobody counts in thousands. */
const MAX_BLOCKS = 10_000

type BlockKind = 'text' | 'reasoning' | 'tool-call'
type Block = {
  kind: BlockKind
  index: number
  callId: string
  name: string
  inputText: string
  /** Its end, when that claims no arguments at all: whether that is true shows only at the end of the answer. */
  blankEnd?: ToolCallEnd
}
type BlockStart = Extract<ChatEvent, {type: 'text-start' | 'reasoning-start' | 'tool-call-start'}>
type ToolCallEnd = Extract<ChatEvent, {type: 'tool-call-end'}>
type ResponseEnd = Extract<ChatEvent, {type: 'response-end'}>

export type GuardOptions = {plugin: string; maxTextBytes: number; onWarning: (warning: Warning) => void}

/**
 * Holds one answer to the contract's grammar, whatever the plugin sends: unknown events are dropped, blocks left open are
 * closed, call ids are made unique, tool input is parsed again from the raw text.
 */
export class StreamGuard {
  readonly #options: GuardOptions
  readonly #open = new Map<number, Block>()
  readonly #usedIndexes = new Set<number>()
  readonly #callIds = new Set<string>()
  #events = 0
  #idle = 0
  #bytes = 0
  #started = false
  #ended = false

  constructor(options: GuardOptions) {
    this.#options = options
  }

  get ended(): boolean {
    return this.#ended
  }

  /**
   * @returns what the rest of vibe may see of the event, in order
   * @throws ProviderError `bad-response` when the stream cannot be understood or is too big
   */
  accept(given: unknown): ChatEvent[] {
    if (++this.#events > MAX_EVENTS) throw this.#tooBig()
    const event = this.#ended ? undefined : this.#read(given)
    if (event === undefined || isEmptyDelta(event)) this.#idle++
    if (this.#idle > MAX_IDLE || this.#usedIndexes.size > MAX_BLOCKS) throw this.#tooBig()
    if (event === undefined) return []
    if (this.#started || event.type === 'response-start') return this.#accept(event)
    this.#started = true
    return [{type: 'response-start', warnings: []}, ...this.#accept(event)]
  }

  #read(given: unknown): ChatEvent | undefined {
    try {
      const read = readEvent(given)
      if (read?.dropped) this.#warn('opaque data that is no JSON, or too long, was left out')
      this.#grow(read?.opaque ?? 0)
      return read?.event
    } catch (error) {
      throw error instanceof OddEvent ? this.#broken(error.message) : error
    }
  }

  #accept(event: ChatEvent): ChatEvent[] {
    switch (event.type) {
      case 'response-start':
        return [this.#start(event)]
      case 'text-start':
      case 'reasoning-start':
      case 'tool-call-start':
        return [this.#openBlock(event)]
      case 'text-delta':
      case 'reasoning-delta':
        this.#blockOf(event)
        this.#count(event.text)
        return [event]
      case 'tool-call-delta':
        this.#blockOf(event).inputText += this.#count(event.inputText)
        return [event]
      case 'text-end':
      case 'reasoning-end':
        this.#open.delete(this.#blockOf(event).index)
        return [event]
      case 'tool-call-end':
        return this.#toolCallEnd(event)
      case 'usage-update':
        return [event]
      case 'response-end':
        return this.#end(event)
    }
  }

  #start(event: Extract<ChatEvent, {type: 'response-start'}>): ChatEvent {
    if (this.#started) throw this.#broken('a second response-start')
    this.#started = true
    return event
  }

  #openBlock(event: BlockStart): ChatEvent {
    const {index, type} = event
    if (this.#usedIndexes.has(index)) throw this.#broken(`${type} uses index ${index} again`)
    this.#usedIndexes.add(index)
    const block: Block = {kind: kindOf(type), index, callId: '', name: '', inputText: ''}
    this.#open.set(index, block)
    if (type !== 'tool-call-start') return event
    block.callId = this.#uniqueId(event)
    block.name = event.name
    return {...event, callId: block.callId, name: block.name}
  }

  #blockOf(event: {type: string; index: number}): Block {
    const block = this.#open.get(event.index)
    if (block?.kind === kindOf(event.type) && !block.blankEnd) return block
    throw this.#broken(
      `${event.type} on index ${event.index}, which is ${block && !block.blankEnd ? `a ${block.kind} block` : 'not open'}`,
    )
  }

  /** What was streamed is what the model said; a text at the end that differs from it was mended by the plugin. */
  #toolCallEnd(event: ToolCallEnd): ChatEvent[] {
    const block = this.#blockOf(event)
    if (block.inputText === '') block.inputText = this.#count(event.inputText)
    else if (block.inputText !== event.inputText)
      this.#warn(`the input of tool call ${block.callId} is not what was streamed; the streamed text counts`)
    if (block.inputText.trim() === '' && isEmptyObject(event.input)) {
      block.blankEnd = event
      return []
    }
    this.#open.delete(event.index)
    return [toolCallEnd(block, parseToolInput(block.inputText), event)]
  }

  #end(event: ResponseEnd): ChatEvent[] {
    this.#ended = true
    const isCut = event.stopReason === 'max-output'
    const ends = [...this.#open.values()].map((block) => {
      // Services leave the arguments of a tool without parameters empty; an answer that was cut may just not have come to them.
      return block.blankEnd ? toolCallEnd(block, isCut ? undefined : {}, block.blankEnd) : closing(block)
    })
    return [...ends, event]
  }

  /** Services accept letters, digits, `_` and `-` in the ids they get back. */
  #uniqueId({callId, index}: {callId: string; index: number}): string {
    const wanted = callId === '' ? `call_${index}` : callId
    let id = wanted
    for (let number = 2; this.#callIds.has(id); number++) id = `${wanted}_${number}`
    this.#callIds.add(id)
    if (id !== callId)
      this.#warn(`the tool call id ${JSON.stringify(callId)} is missing or used twice; from here on it is ${id}`)
    return id
  }

  #count(text: string): string {
    this.#grow(Buffer.byteLength(text))
    return text
  }

  #grow(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes > this.#options.maxTextBytes) throw this.#tooBig()
  }

  #warn(message: string): void {
    this.#options.onWarning({code: 'other', message: `${this.#options.plugin}: ${message}`})
  }

  #broken(what: string): ProviderError {
    return badResponse(`The plugin ${this.#options.plugin} broke the grammar of its stream: ${what}.`)
  }

  #tooBig(): ProviderError {
    const {plugin, maxTextBytes} = this.#options
    return badResponse(
      `The answer through ${plugin} is bigger than ${maxTextBytes} bytes, or has too many events that say nothing, and was stopped.`,
    )
  }
}

function isEmptyDelta(event: ChatEvent): boolean {
  if (event.type === 'tool-call-delta') return event.inputText === ''
  return (event.type === 'text-delta' || event.type === 'reasoning-delta') && event.text === ''
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function kindOf(type: string): BlockKind {
  return type.slice(0, type.lastIndexOf('-')) as BlockKind
}

/** Also for a block that the stream left open: its text stands; a tool call was cut, so it has no input and never runs. */
function closing(block: Block): ChatEvent {
  const {kind, index, callId, name, inputText} = block
  return kind === 'tool-call' ? {type: 'tool-call-end', index, callId, name, inputText} : {type: `${kind}-end`, index}
}

function toolCallEnd(block: Block, input: JsonObject | undefined, {providerMetadata}: ToolCallEnd): ChatEvent {
  return {
    ...closing(block),
    ...(input === undefined ? {} : {input}),
    ...(providerMetadata === undefined ? {} : {providerMetadata}),
  } as ToolCallEnd
}

function isEmptyObject(value: unknown): boolean {
  return isObject(value) && !Array.isArray(value) && Object.keys(value).length === 0
}

function badResponse(message: string): ProviderError {
  return new ProviderError({code: 'bad-response', message, retryable: false})
}
