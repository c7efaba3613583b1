import {isProviderError, type Usage} from 'vibe-plugin-api'
import {assembleRequest} from '../../context/assemble.ts'
import {VibeError} from '../../errors.ts'
import {describeProviderError, exitForProviderError} from '../../providers/exit-code.ts'
import {costOf} from '../../providers/price.ts'
import {streamChat} from '../../providers/stream.ts'
import {createAnswerCollector} from '../answer.ts'
import {fitUnderCap} from '../cost-guard.ts'
import type {CostMeter} from '../limits.ts'
import type {ReadyProvider} from '../ready.ts'

export type SmallRequest = {system: string; text: string; signal: AbortSignal; cost: CostMeter}

const SMALL_MS = 90_000

/**
 * One question and its answer, without tools and without a history. Nobody steps in when the provider fails, so that
 * nothing goes where it was not meant to go.
 * @throws VibeError what failed, or `limit-reached` when the cost cap leaves no room
 */
export async function askSmall(ready: ReadyProvider, {system, text, signal, cost}: SmallRequest) {
  const {opened, model, price} = ready
  const {instance} = opened
  const request = assembleRequest({
    model,
    system,
    messages: [{role: 'user', content: [{type: 'text', text}]}],
    tools: [],
    temperature: instance.temperature,
    maxOutputTokens: instance.maxTokens,
    responseSchema: undefined,
  })
  const fitted = fitUnderCap(request, ready, cost)
  const collector = createAnswerCollector()
  const timed = AbortSignal.any([signal, AbortSignal.timeout(SMALL_MS)])
  let costUsd: number | undefined
  let usage: Usage = {}
  try {
    for await (const event of streamChat({opened, request: fitted.request, signal: timed}))
      if (event.type !== 'retry') collector.add(event)
    usage = collector.take().usage
    costUsd = costOf(usage, price)
  } catch (error) {
    signal.throwIfAborted()
    throw failure(error, ready)
  } finally {
    cost.add(costUsd, fitted.mostUsd)
  }
  return {text: collector.take().text, usage, ...(costUsd === undefined ? {} : {costUsd})}
}

function failure(error: unknown, {opened}: ReadyProvider): unknown {
  if (!isProviderError(error)) return error
  const {code, message, origin, hint} = describeProviderError(error, {instance: opened.instance})
  return new VibeError({code, message, origin, hint, exit: exitForProviderError(error)}, {cause: error})
}
