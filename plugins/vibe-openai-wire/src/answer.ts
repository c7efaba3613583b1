import type {ChatEvent, ProviderMetadata, StopReason, Usage, Warning} from 'vibe-plugin-api'
import {readChunk} from './chunks.ts'
import {mapFinishReason} from './map-finish-reason.ts'
import {mapUsage} from './map-usage.ts'
import {ReasoningDetails} from './reasoning-details.ts'
import {ToolCalls} from './tool-calls.ts'
import {asObject, asText, type Loose} from './wire.ts'

type Prose = {kind: 'text' | 'reasoning'; index: number; field: string}

/** @property thoughtsBeside whether the service counts thoughts in the total alone */
export type AnswerOptions = {thoughtsBeside?: boolean}

/** Turns the chunks of one answer into events that keep the contract's grammar. */
export class Answer {
  readonly #providerId: string
  readonly #warnings: Warning[]
  readonly #thoughtsBeside: boolean
  readonly #tools = new ToolCalls(() => this.#blocks++)
  readonly #details = new ReasoningDetails()
  #blocks = 0
  #started = false
  #prose: Prose | undefined
  #usage: Usage = {}
  #finish: string | undefined
  #choices = false
  #refusal = false

  /** @param providerId the key of this provider's metadata */
  constructor(providerId: string, warnings: Warning[], {thoughtsBeside = false}: AnswerOptions = {}) {
    this.#thoughtsBeside = thoughtsBeside
    this.#providerId = providerId
    this.#warnings = warnings
  }

  /** Whether the service said why it stopped: what breaks afterwards takes nothing from the answer. */
  get finished(): boolean {
    return this.#finish !== undefined
  }

  /** Whether any chunk held a choice. */
  get hasChoices(): boolean {
    return this.#choices
  }

  /** Takes one chunk, or the whole document of a service that does not stream. */
  *push(chunk: Loose): Generator<ChatEvent> {
    if (!this.#started) yield this.#start(chunk)
    const delta = readChunk(chunk)
    this.#choices ||= delta.hasChoice
    this.#details.add(delta.details)
    if (delta.reasoning !== '') yield* this.#say('reasoning', delta.reasoning, delta.reasoningField)
    if (delta.text !== '') yield* this.#say('text', delta.text)
    if (delta.refusal !== '') {
      this.#refusal = true
      yield* this.#say('text', delta.refusal)
    }
    if (delta.tools.length > 0) {
      yield* this.#endProse()
      yield* this.#tools.add(delta.tools)
    }
    this.#finish ??= delta.finish
    const usage = mapUsage(chunk.usage ?? asObject(chunk.x_groq)?.usage, this.#thoughtsBeside)
    if (usage) {
      this.#usage = usage
      yield {type: 'usage-update', usage}
    }
  }

  /** Closes every block and the answer. */
  *end(): Generator<ChatEvent> {
    yield* this.#endProse()
    yield* this.#sayDetails()
    const toolCalls = this.#tools.count > 0
    const stopReason: StopReason = mapFinishReason(this.#finish, {toolCalls, refusal: this.#refusal})
    yield* this.#tools.end(this.#providerId, stopReason !== 'max-output')
    const raw = this.#finish === undefined ? {} : {rawStopReason: this.#finish}
    yield {type: 'response-end', stopReason, ...raw, usage: this.#usage}
  }

  #start(chunk: Loose): ChatEvent {
    this.#started = true
    const id = asText(chunk.id)
    const model = asText(chunk.model)
    return {
      type: 'response-start',
      warnings: this.#warnings,
      ...(id === undefined ? {} : {responseId: id}),
      ...(model === undefined ? {} : {model}),
    }
  }

  *#say(kind: Prose['kind'], text: string, field = ''): Generator<ChatEvent> {
    if (this.#prose?.kind !== kind) {
      yield* this.#endProse()
      this.#prose = {kind, index: this.#blocks++, field}
      yield {type: `${kind}-start`, index: this.#prose.index}
    }
    yield {type: `${kind}-delta`, index: this.#prose.index, text}
  }

  /** A block without words of its own, since the parts may come after the thoughts that they belong to. */
  *#sayDetails(): Generator<ChatEvent> {
    const details = this.#details.whole
    if (!details) return
    const index = this.#blocks++
    yield {type: 'reasoning-start', index, redacted: true}
    yield {type: 'reasoning-end', index, providerMetadata: {[this.#providerId]: {details}}}
  }

  *#endProse(): Generator<ChatEvent> {
    if (!this.#prose) return
    const {kind, index, field} = this.#prose
    this.#prose = undefined
    const metadata: ProviderMetadata = {[this.#providerId]: {field}}
    yield kind === 'text' ? {type: 'text-end', index} : {type: 'reasoning-end', index, providerMetadata: metadata}
  }
}
