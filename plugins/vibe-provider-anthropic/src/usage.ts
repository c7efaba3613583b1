import type {Usage} from 'vibe-plugin-api'
import {numberAt, objectAt, type Wire} from './wire.ts'

const COUNTS = ['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens', 'output_tokens'] as const

/** Counts are cumulative, and some gateways name one only at the start or only at the end: the highest is the last word. */
export function mergeUsage(before: Wire, after: Wire): Wire {
  const merged: Wire = {...before}
  for (const [key, value] of Object.entries(after)) if (value !== null) merged[key] = value
  for (const key of COUNTS) {
    const highest = Math.max(numberAt(before, key) ?? -1, numberAt(after, key) ?? -1)
    if (highest >= 0) merged[key] = highest
  }
  return merged
}

/** @param counted whether the output was counted to its end; the first event only holds a placeholder for it */
export function usageOf(wire: Wire, counted: boolean): Usage {
  const fresh = numberAt(wire, 'input_tokens')
  const read = numberAt(wire, 'cache_read_input_tokens')
  const write = numberAt(wire, 'cache_creation_input_tokens')
  const output = counted ? numberAt(wire, 'output_tokens') : undefined
  const reasoning = counted ? numberAt(objectAt(wire, 'output_tokens_details'), 'thinking_tokens') : undefined
  return {
    ...(fresh === undefined ? {} : {input: fresh + (read ?? 0) + (write ?? 0)}),
    ...(read === undefined ? {} : {inputCacheRead: read}),
    ...(write === undefined ? {} : {inputCacheWrite: write}),
    ...(output === undefined ? {} : {output}),
    ...(reasoning === undefined ? {} : {outputReasoning: reasoning}),
    ...(Object.keys(wire).length > 0 ? {raw: wire} : {}),
  }
}
