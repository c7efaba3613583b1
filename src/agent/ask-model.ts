import {isProviderError, type ChatRequest, type Warning} from 'vibe-plugin-api'
import {assembleRequest} from '../context/assemble.ts'
import {estimateTokens} from '../context/estimate.ts'
import {handOver} from '../context/hand-over.ts'
import {isUnbilled} from '../providers/curable.ts'
import {costOf} from '../providers/price.ts'
import {offered} from '../tools/registry.ts'
import {addUsage, createAnswerCollector, type Answer} from './answer.ts'
import {fitUnderCap, type Fitted} from './cost-guard.ts'
import {speakerOf} from './failover.ts'
import {streamOnRung} from './ladder/stream-on-rung.ts'
import {withToolMeant} from './ladder/tool-names.ts'
import {catalogued, type ReadyProvider} from './ready.ts'
import type {Run, TurnOptions} from './turn-options.ts'

type Asked = {request: ChatRequest; fitted: Fitted; collector: ReturnType<typeof createAnswerCollector>}

/**
 * One request and its whole answer: shown as it comes, accounted, and in the history before it returns. When a provider fails
 * for good, the next one that may take over is asked the same.
 */
export async function askModel(options: TurnOptions, run: Run): Promise<Answer> {
  const {route} = run
  for (;;) {
    const asked = prepare(options, run)
    try {
      await stream(asked, options, run)
      route.answered()
      return account(asked, options, run)
    } catch (error) {
      await moveOn(error, {asked, options, run})
    }
  }
}

/** @throws VibeError when the request may not be sent under the cost cap */
function prepare(options: TurnOptions, run: Run): Asked {
  const {conversation} = options
  const {current, chosen} = run.route
  const {instance} = current.opened
  const images = chosen || takesImages(current)
  const {messages, imagesLeftOut} = handOver(conversation.messages, {...speakerOf(current), images})
  if (imagesLeftOut > 0)
    run.emit({
      type: 'notice',
      message: `${current.model} takes no images: ${imagesLeftOut} of the conversation are left out.`,
    })
  const request = assembleRequest({
    model: current.model,
    system: options.system,
    messages,
    tools: offered(options.tools),
    temperature: instance.temperature,
    maxOutputTokens: instance.maxTokens,
    responseSchema: options.responseSchema,
  })
  const fitted = fitUnderCap(request, current, options.budget.cost)
  return {request: fitted.request, fitted, collector: createAnswerCollector()}
}

/** The provider that the user chose says itself what it cannot take; one that steps in is spared a request that must fail. */
function takesImages({opened, model}: ReadyProvider): boolean {
  const input = catalogued(opened.instance, model)?.input
  return input ? input.includes('image') : opened.instance.entry.manifest.capabilities['vision'] !== 'no'
}

async function stream({request, collector}: Asked, options: TurnOptions, run: Run): Promise<void> {
  const {opened, ladder} = run.route.current
  const onWarning = ({message}: Warning) => run.emit({type: 'notice', message})
  for await (const event of streamOnRung({opened, request, signal: options.signal, onWarning}, ladder)) {
    if (event.type === 'text-delta') run.emit({type: 'text', delta: event.text})
    else if (event.type === 'reasoning-delta') run.emit({type: 'reasoning', delta: event.text})
    if (event.type === 'response-start' || event.type === 'response-end') event.warnings?.forEach(onWarning)
    if (event.type === 'retry') run.emit(event)
    else collector.add(withToolMeant(event, options.tools))
  }
}

function account({collector, fitted}: Asked, options: TurnOptions, run: Run): Answer {
  const answer = collector.take()
  const {current, chosen} = run.route
  const costUsd = costOf(answer.usage, current.price)
  spend({costUsd}, options, run)
  run.progress.usage = addUsage(run.progress.usage, answer.usage)
  if (chosen) delete run.progress.answeredBy
  else run.progress.answeredBy = speakerOf(current)
  options.conversation.addAnswer(answer, {...speakerOf(current), costUsd})
  run.emit({type: 'usage', usage: answer.usage, ...(costUsd === undefined ? {} : {costUsd})})
  if (fitted.shortened && answer.stopReason === 'max-output')
    run.emit({type: 'notice', message: 'The answer was cut where the cost cap ends. Raise it with --max-cost.'})
  return answer
}

type Failed = {asked: Asked; options: TurnOptions; run: Run}

/** @throws what ends the turn, with what came so far kept */
async function moveOn(error: unknown, failed: Failed): Promise<void> {
  const {asked, options, run} = failed
  const {conversation, signal, budget, askRemote} = options
  const answer = asked.collector.take()
  const from = speakerOf(run.route.current)
  try {
    await run.route.failOver(error, {
      signal,
      emit: run.emit,
      askRemote,
      capped: budget.cost.left !== undefined,
      tokens: estimateTokens(asked.request),
      messages: conversation.messages.length,
      files: filesIn(conversation.messages),
      discarded: answer.text,
    })
  } catch (final) {
    keepPartial(answer, failed)
    throw final
  }
  if (answer.content.length > 0) conversation.addDiscarded(answer, from)
  if (answer.content.length === 0 && isProviderError(error) && isUnbilled(error)) return
  // What a broken request used is unknown, and with it the sum; but it was no more than it was allowed.
  spend({costUsd: undefined, mostUsd: asked.fitted.mostUsd}, options, run)
  run.progress.usage = {}
}

/** What came before an interruption stays in the history; calls that never ran get a result that says so. */
function keepPartial(answer: Answer, {options, run}: Failed): void {
  spend({costUsd: undefined}, options, run)
  run.progress.usage = {}
  run.progress.text = answer.text
  const content = answer.content.filter((part) => part.type === 'text')
  if (content.length === 0) return
  options.conversation.addAnswer({...answer, content}, {...speakerOf(run.route.current), costUsd: undefined})
}

function spend(
  cost: {costUsd: number | undefined; mostUsd?: number | undefined},
  options: TurnOptions,
  run: Run,
): void {
  options.budget.cost.add(cost.costUsd, cost.mostUsd)
  run.progress.cost.add(cost.costUsd, cost.mostUsd)
}

/** The files whose contents tools have read into the conversation. */
function filesIn(messages: TurnOptions['conversation']['messages']): string[] {
  const paths = messages.flatMap((message) =>
    message.role === 'assistant'
      ? message.content.flatMap((part) => (part.type === 'tool-call' ? [part.input['path']] : []))
      : [],
  )
  return [...new Set(paths.filter((path) => typeof path === 'string'))]
}
