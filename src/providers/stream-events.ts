import type {ChatEvent, ProviderMetadata, StopReason} from 'vibe-plugin-api'
import {plainJson, plainUsage, plainWarnings} from './foreign-results.ts'

/** An event that cannot be understood; the message says why, for the plugin's author. */
export class OddEvent extends Error {}

export type PlainEvent = {
  event: ChatEvent
  /** Characters of opaque data in it, which count like text. */
  opaque: number
  /** Data that had to be left out because it is no JSON. */
  dropped?: true
}

const LONGEST_NAME = 200
const LONGEST_WORD = 500
const LONGEST_OPAQUE = 16 * 1024 * 1024

const STOP_REASONS: ReadonlySet<unknown> = new Set<StopReason>([
  'end-turn',
  'tool-calls',
  'max-output',
  'stop-sequence',
  'content-filter',
  'refusal',
  'paused',
  'other',
])

type Loose = Record<string, unknown>

/**
 * One event of a plugin as plain data: each member is read once, so that nothing changes under whoever handles it.
 * @returns undefined for what this contract does not know
 * @throws OddEvent
 */
export function readEvent(value: unknown): PlainEvent | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const given = value as Loose
  const {type} = given
  switch (type) {
    case 'response-start':
      return plain({type, ...words(given, ['responseId', 'model']), warnings: plainWarnings(given['warnings'])})
    case 'text-start':
    case 'reasoning-start':
      return plain({type, index: indexOf(given, type), ...(given['redacted'] === true && {redacted: true as const})})
    case 'text-delta':
    case 'reasoning-delta':
      return plain({type, index: indexOf(given, type), text: textOf(given['text'])})
    case 'text-end':
    case 'reasoning-end':
      return withMetadata({type, index: indexOf(given, type)}, given)
    case 'tool-call-start':
      return plain({type, index: indexOf(given, type), callId: idOf(given['callId']), name: nameOf(given['name'])})
    case 'tool-call-delta':
      return plain({type, index: indexOf(given, type), inputText: textOf(given['inputText'])})
    case 'tool-call-end':
      return toolCallEnd(given)
    case 'usage-update': {
      const usage = plainUsage(given['usage'])
      return usage && plain({type, usage})
    }
    case 'response-end':
      return responseEnd(given)
    default:
      return undefined
  }
}

function toolCallEnd(given: Loose): PlainEvent {
  const type = 'tool-call-end'
  const input = given['input']
  const claimsNothing = typeof input === 'object' && input !== null && Object.keys(input).length === 0
  const head = {type, index: indexOf(given, type), callId: '', name: ''} as const
  // The text is parsed again: of the input only matters whether it claims to be empty.
  const inputText = given['inputText'] === undefined ? '' : textOf(given['inputText'])
  return withMetadata({...head, inputText, ...(claimsNothing && !Array.isArray(input) && {input: {}})}, given)
}

function responseEnd(given: Loose): PlainEvent {
  const reason = given['stopReason']
  const warnings = plainWarnings(given['warnings'])
  return withMetadata(
    {
      type: 'response-end',
      stopReason: STOP_REASONS.has(reason) ? (reason as StopReason) : 'other',
      ...words(given, ['rawStopReason']),
      usage: plainUsage(given['usage']) ?? {},
      ...(warnings.length > 0 && {warnings}),
    },
    given,
  )
}

function plain(event: ChatEvent): PlainEvent {
  return {event, opaque: 0}
}

function withMetadata(event: ChatEvent, given: Loose): PlainEvent {
  const metadata = given['providerMetadata']
  if (metadata === undefined) return {event, opaque: 0}
  const kept = plainJson(metadata, LONGEST_OPAQUE)
  if (typeof kept !== 'object' || kept === null || Array.isArray(kept)) return {event, opaque: 0, dropped: true}
  const full = {...event, providerMetadata: kept as ProviderMetadata} as ChatEvent
  return {event: full, opaque: JSON.stringify(kept).length}
}

function indexOf(given: Loose, type: string): number {
  const {index} = given
  if (typeof index === 'number' && Number.isInteger(index)) return index
  throw new OddEvent(`${type} without an index`)
}

function textOf(text: unknown): string {
  if (typeof text === 'string') return text
  throw new OddEvent('a delta without text')
}

/** One that is too long to be sent back is as good as none. */
function idOf(id: unknown): string {
  return typeof id === 'string' && id.length <= LONGEST_WORD ? id : ''
}

function nameOf(name: unknown): string {
  if (typeof name !== 'string' || name === '') throw new OddEvent('a tool call without a name')
  if (name.length > LONGEST_NAME) throw new OddEvent(`a tool call whose name has ${name.length} characters`)
  return name
}

function words<Name extends string>(given: Loose, names: readonly Name[]): Partial<Record<Name, string>> {
  const found = names.flatMap((name) => {
    const word = given[name]
    return typeof word === 'string' ? [[name, word.slice(0, LONGEST_WORD)] as const] : []
  })
  return Object.fromEntries(found) as Partial<Record<Name, string>>
}
