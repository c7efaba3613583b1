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
}

/** No scenario lets a provider wait this long without a reason. */
const LONGEST_MS = 8_000
/** No answer that is served has this many; a stream without end would never let a timer run. */
const MOST_EVENTS = 20_000
const TURN_MS = 50

type Listening = {
  scenario: string
  served?: ScriptedAnswer | undefined
  /** Called with each event; true leaves the loop. */
  onEvent?: (event: ChatEvent) => boolean | void | Promise<boolean | void>
  /** Milliseconds until the wait is given up. */
  longestMs?: number
}

/**
 * Listens to a stream to its end.
 * @throws Mismatch when it neither goes on nor ends in time
 */
export async function listen(
  stream: AsyncIterable<ChatEvent>,
  {scenario, served, onEvent, longestMs = LONGEST_MS}: Listening,
): Promise<Told> {
  const told: Told = {scenario, events: [], end: 'done', served}
  const hear = async () => {
    try {
      for await (const event of stream) {
        told.events.push(event)
        if (told.events.length > MOST_EVENTS) throw new Mismatch('an end', `${MOST_EVENTS} events and no end`)
        if ((await onEvent?.(event)) !== true) continue
        told.end = 'left'
        break
      }
    } catch (error) {
      if (error instanceof Mismatch) throw error
      told.error = error
      told.end = 'thrown'
    }
  }
  await within(longestMs, hear(), 'an end of the stream')
  return told
}

/**
 * Waits for something that has to happen soon. The time is counted in turns of the event loop, in which provider and
 * service both live: a machine that is busy makes both slow, and no provider fails for that.
 * @throws Mismatch when the work takes longer
 */
export async function within<Result>(ms: number, work: Promise<Result>, expected: string): Promise<Result> {
  const late = Promise.withResolvers<never>()
  let left = Math.ceil(ms / TURN_MS)
  const timer = setInterval(() => {
    if (--left <= 0) late.reject(new Mismatch(`${expected} within ${ms} ms`, 'nothing by then'))
  }, TURN_MS)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearInterval(timer)
  }
}
