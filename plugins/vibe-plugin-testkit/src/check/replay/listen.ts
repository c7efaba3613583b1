import type {ChatEvent} from 'vibe-plugin-api'
import type {ScriptedAnswer} from '../../scripted-answer.ts'
import {Mismatch} from '../check.ts'

/** One stream as it was heard. */
export type Told = {
  scenario: string
  events: ChatEvent[]
  /** What it threw. */
  error?: unknown
  /** How it ended: by itself, by throwing, or because the listener left. */
  end: 'done' | 'thrown' | 'left'
  /** What the service said, when that is known whole. */
  served?: ScriptedAnswer | undefined
  /** Milliseconds from the call to the end. */
  ms: number
}

/** No scenario lets a provider wait this long without a reason. */
const LONGEST_MS = 5_000

type Listening = {
  scenario: string
  served?: ScriptedAnswer | undefined
  /** Called with each event; true leaves the loop. */
  onEvent?: (event: ChatEvent) => boolean | void | Promise<boolean | void>
}

/**
 * Listens to a stream to its end.
 * @throws Mismatch when it neither goes on nor ends within five seconds
 */
export async function listen(stream: AsyncIterable<ChatEvent>, {scenario, served, onEvent}: Listening): Promise<Told> {
  const started = performance.now()
  const told: Told = {scenario, events: [], end: 'done', served, ms: 0}
  const hear = async () => {
    try {
      for await (const event of stream) {
        told.events.push(event)
        if ((await onEvent?.(event)) !== true) continue
        told.end = 'left'
        break
      }
    } catch (error) {
      told.error = error
      told.end = 'thrown'
    }
  }
  await within(LONGEST_MS, hear(), 'an end of the stream')
  told.ms = performance.now() - started
  return told
}

/** @throws Mismatch when the work takes longer */
export async function within<Result>(ms: number, work: Promise<Result>, expected: string): Promise<Result> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Mismatch(`${expected} within ${ms} ms`, 'nothing by then')), ms)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
