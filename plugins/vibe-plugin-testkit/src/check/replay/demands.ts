import {isDeepStrictEqual} from 'node:util'
import {isProviderError, type ChatEvent, type ProviderError, type ProviderErrorCode} from 'vibe-plugin-api'
import {only} from '../../collect.ts'
import {demand, describe} from '../check.ts'
import type {Told} from './listen.ts'

type End = Extract<ChatEvent, {type: 'response-end'}>

/** @throws Mismatch unless the stream came to its own end */
export function whole(told: Told): End {
  demand(told.end !== 'thrown', 'an answer', `an error: ${describe(told.error)}`)
  const [end] = only(told.events, 'response-end')
  demand(end !== undefined, 'an answer with a response-end', 'a stream that just ends')
  return end
}

/**
 * @param codes any of which will do
 * @throws Mismatch unless the stream ended in a ProviderError with one of them
 */
export function failed(told: Told, ...codes: readonly ProviderErrorCode[]): ProviderError {
  const wanted = `a ProviderError ${codes.join(' or ')}`.trim()
  demand(
    told.end === 'thrown',
    wanted,
    told.events.some(({type}) => type === 'response-end') ? 'an answer that seems whole' : 'a stream that just ends',
  )
  const {error} = told
  demand(isProviderError(error), wanted, describe(error))
  demand(codes.length === 0 || codes.includes(error.code), wanted, `${error.code}: ${error.message}`)
  return error
}

export function same(actual: unknown, expected: unknown, what: string): void {
  demand(isDeepStrictEqual(actual, expected), `${what} ${show(expected)}`, show(actual))
}

/** A value in a report. */
export function show(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 200)
}

/** Whether any text inside a value contains `part`. */
export function holds(value: unknown, part: string): boolean {
  if (typeof value === 'string') return value.includes(part)
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some((member) => holds(member, part))
}
