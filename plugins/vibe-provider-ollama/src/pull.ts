import type {CallOptions, ProviderContext, PullProgress} from 'vibe-plugin-api'
import {failure, hostOf, lineError} from './failure.ts'
import {lines} from './lines.ts'
import {toProviderError} from './network-error.ts'
import {notOllama, open} from './service.ts'
import {asCount, asObject, asText, excerpt, parseJson} from './wire.ts'

/** Fetches a model through POST /api/pull; Ollama keeps the parts of a pull that was broken off. */
export async function* pullModel(
  context: ProviderContext,
  model: string,
  options: CallOptions,
): AsyncGenerator<PullProgress> {
  const call = {path: '/api/pull', body: JSON.stringify({model, stream: true}), model}
  const {reply, facts} = await open(context, call, options)
  const parts = new Map<string, {completed: number; total: number}>()
  let done = false
  try {
    for await (const {text, tail} of lines(reply.body)) {
      const line = asObject(parseJson(text))
      const reported = line && lineError(line, facts)
      if (reported) throw reported
      if (!line && !tail) throw notOllama(text, facts)
      const status = asText(line?.status)
      if (status === undefined) continue
      done = status === 'success'
      const part = asText(line?.digest)
      const total = asCount(line?.total)
      if (part !== undefined && total !== undefined)
        parts.set(part, {completed: Math.min(asCount(line?.completed) ?? 0, total), total})
      yield {status: excerpt(status.replace(/^pulling [0-9a-f]{6,}.*$/, 'pulling')), ...sumOf(parts)}
    }
  } catch (error) {
    throw toProviderError(error, facts, true)
  } finally {
    reply.close()
  }
  if (options.signal.aborted) throw toProviderError(undefined, facts)
  if (done) return
  const hint = 'Pull it again: what was fetched is kept.'
  throw failure('stream-interrupted', `${hostOf(facts)} ended before ${model} was whole`, {
    facts,
    retryable: true,
    hint,
  })
}

/** A part that is not begun is not announced: the sum grows while Ollama works through them. */
function sumOf(parts: ReadonlyMap<string, {completed: number; total: number}>): Omit<PullProgress, 'status'> {
  if (parts.size === 0) return {}
  const sums = {completed: 0, total: 0}
  for (const {completed, total} of parts.values()) {
    sums.completed += completed
    sums.total += total
  }
  return sums
}
