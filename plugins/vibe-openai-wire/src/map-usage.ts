import type {JsonObject, Usage} from 'vibe-plugin-api'
import {asCount, asObject, type Loose} from './wire.ts'

/**
 * @param thoughtsBeside whether the service counts thoughts in the total alone
 * @returns what the service counted; a number it did not name stays undefined, never 0
 */
export function mapUsage(value: unknown, thoughtsBeside = false): Usage | undefined {
  const raw = asObject(value)
  if (!raw) return undefined
  const usage: Usage = {raw: raw as JsonObject}
  const prompt = asObject(raw.prompt_tokens_details) ?? asObject(raw.input_tokens_details)
  const completion = asObject(raw.completion_tokens_details) ?? asObject(raw.output_tokens_details)
  const input = asCount(raw.prompt_tokens) ?? asCount(raw.input_tokens)
  const output = asCount(raw.completion_tokens) ?? asCount(raw.output_tokens)
  const cacheRead = asCount(prompt?.cached_tokens) ?? asCount(raw.prompt_cache_hit_tokens)
  const cacheWrite = asCount(prompt?.cache_write_tokens)
  const reasoning = asCount(completion?.reasoning_tokens)
  if (input !== undefined) usage.input = input
  if (output !== undefined) usage.output = output + thoughtsIn(raw, {input, output, reasoning, thoughtsBeside})
  if (cacheRead !== undefined) usage.inputCacheRead = cacheRead
  if (cacheWrite !== undefined) usage.inputCacheWrite = cacheWrite
  if (reasoning !== undefined) usage.outputReasoning = reasoning
  return usage
}

type Counts = {input: number | undefined; output: number; reasoning: number | undefined; thoughtsBeside: boolean}

/** Thoughts are output, and paid for as such: where a service counts them beside it, they are added. */
function thoughtsIn(raw: Loose, {input, output, reasoning, thoughtsBeside}: Counts): number {
  const total = asCount(raw.total_tokens)
  const rest = total === undefined || input === undefined ? 0 : total - input - output
  return rest > 0 && (rest === reasoning || thoughtsBeside) ? rest : 0
}
