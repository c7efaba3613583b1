import type {ChatEvent, JsonObject, StopReason, Usage, Warning} from 'vibe-plugin-api'
import {mapUsage} from 'vibe-openai-wire/map-usage'
import {OutputItem, type ItemKind} from './output-item.ts'
import {asList, asObject, asText, type Loose} from 'vibe-openai-wire/wire'

const KINDS: Readonly<Record<string, ItemKind>> = {message: 'text', reasoning: 'reasoning', function_call: 'tool-call'}
const DELTAS = new Set([
  'response.output_text.delta',
  'response.refusal.delta',
  'response.reasoning_summary_text.delta',
  'response.reasoning_text.delta',
  'response.function_call_arguments.delta',
])
const FINALS = new Set(['response.completed', 'response.incomplete'])

/** Turns the events of one response into events that keep the contract's grammar. Unknown kinds of items are passed over. */
export class ResponsesAnswer {
  readonly #providerId: string
  readonly #warnings: Warning[]
  readonly #items = new Map<number, OutputItem>()
  readonly #ids = new Set<string>()
  #blocks = 0
  #started = false
  #refusal = false
  #final: Loose | undefined

  /** @param providerId the key of this provider's metadata */
  constructor(providerId: string, warnings: Warning[]) {
    this.#providerId = providerId
    this.#warnings = warnings
  }

  get finished(): boolean {
    return this.#final !== undefined
  }

  *push(event: Loose): Generator<ChatEvent> {
    const type = String(event.type)
    const response = asObject(event.response)
    if (!this.#started) yield this.#start(response)
    const place = typeof event.output_index === 'number' ? event.output_index : 0
    if (type === 'response.output_item.added') this.#item(place, asObject(event.item))
    else if (type === 'response.output_item.done') yield* this.#done(place, asObject(event.item))
    else if (type === 'response.reasoning_summary_part.added') this.#items.get(place)?.paragraph()
    else if (DELTAS.has(type)) yield* this.#delta(place, event)
    else if (FINALS.has(type) && response) yield* this.#finish(response)
  }

  /** Closes every block that is still open, and the answer. */
  *end(): Generator<ChatEvent> {
    for (const item of this.#items.values()) yield* item.end({})
    const usage: Usage = mapUsage(this.#final?.usage) ?? {}
    yield {type: 'response-end', ...this.#stop(), usage}
  }

  #start(response: Loose | undefined): ChatEvent {
    this.#started = true
    const id = asText(response?.id)
    const model = asText(response?.model)
    return {
      type: 'response-start',
      warnings: this.#warnings,
      ...(id === undefined ? {} : {responseId: id}),
      ...(model === undefined ? {} : {model}),
    }
  }

  #item(place: number, item: Loose | undefined): OutputItem | undefined {
    const known = this.#items.get(place)
    const kind = KINDS[String(item?.type)]
    if (known || !kind) return known
    const created = new OutputItem({kind, providerId: this.#providerId, nextBlock: () => this.#blocks++})
    if (kind === 'tool-call')
      created.call = {id: this.#uniqueId(asText(item?.call_id)), name: asText(item?.name) ?? 'unknown'}
    this.#items.set(place, created)
    return created
  }

  *#delta(place: number, event: Loose): Generator<ChatEvent> {
    const type = String(event.type)
    this.#refusal ||= type === 'response.refusal.delta'
    const kind = type.includes('reasoning') ? 'reasoning' : type.includes('arguments') ? 'function_call' : 'message'
    const item = this.#item(place, {type: kind})
    if (item && typeof event.delta === 'string') yield* item.say(event.delta)
  }

  *#done(place: number, item: Loose | undefined): Generator<ChatEvent> {
    if (!item) return
    this.#refusal ||= asList(item.content).some((part) => asObject(part)?.type === 'refusal')
    yield* this.#item(place, item)?.end(item) ?? []
  }

  /** What the stream did not say piece by piece is taken from the whole. */
  *#finish(response: Loose): Generator<ChatEvent> {
    this.#final = response
    for (const [place, item] of asList(response.output).entries()) yield* this.#done(place, asObject(item))
    const usage = mapUsage(response.usage)
    if (usage) yield {type: 'usage-update', usage}
  }

  #stop(): {stopReason: StopReason; rawStopReason?: string; providerMetadata?: Record<string, JsonObject>} {
    const reason = asText(asObject(this.#final?.incomplete_details)?.reason)
    if (reason === 'max_output_tokens') return {stopReason: 'max-output', rawStopReason: reason}
    if (reason === 'content_filter') return {stopReason: 'content-filter', rawStopReason: reason}
    if (reason !== undefined) return {stopReason: 'other', rawStopReason: reason}
    const status = asText(this.#final?.status)
    const raw = status === undefined ? {} : {rawStopReason: status}
    const calls = [...this.#items.values()].some(({kind}) => kind === 'tool-call')
    return {stopReason: calls ? 'tool-calls' : this.#refusal ? 'refusal' : 'end-turn', ...raw}
  }

  #uniqueId(wanted: string | undefined): string {
    let id = wanted ?? `call_${crypto.randomUUID().replaceAll('-', '').slice(0, 24)}`
    for (let number = 2; this.#ids.has(id); number++) id = `${wanted}-${number}`
    this.#ids.add(id)
    return id
  }
}
