import type {JsonObject, Price, Usage, UserPart, Warning} from 'vibe-plugin-api'
import {assembleRequest} from '../context/assemble.ts'
import {costOf} from '../providers/price.ts'
import {streamChat} from '../providers/stream.ts'
import type {OpenedProvider} from '../providers/types.ts'
import type {Facts, Rule} from '../permissions/access.ts'
import type {Tool, ToolContext} from '../tools/tool.ts'
import {addUsage, createAnswerCollector, type Answer} from './answer.ts'
import {createChannel} from './channel.ts'
import type {Conversation} from './conversation.ts'
import {endingOf} from './ending.ts'
import type {AgentEvent, Ask, TurnResult} from './events.ts'
import {createCostMeter, createLoopWatch, type Budget, type CostMeter} from './limits.ts'
import {outcomeOf, reportOf} from './report.ts'
import {runToolCall, type ToolRunner} from './tool-calls.ts'
import {interruptedResult} from '../sessions/resume.ts'

export type TurnOptions = {
  opened: OpenedProvider
  model: string
  conversation: Conversation
  system: string
  tools: readonly Tool[]
  context: ToolContext
  rules: readonly Rule[]
  facts: Facts
  /** Absent when no person can answer: what would be asked is then denied, and the result says so (exit 6). */
  ask?: Ask
  budget: Budget
  /** Undefined: unknown. */
  price: Price | undefined
  responseSchema?: JsonObject
  signal: AbortSignal
  recorded?: true
}

type Progress = {
  turns: number
  usage: Usage
  text: string
  edits: TurnResult['edits']
  unanswered: boolean
  cost: CostMeter
  startedAt: number
}

/**
 * One turn: the user's input to the model's last word, with every tool call between. Yields facts as they happen; the
 * first is `start`, the last is always one `result`. Breaking out of the loop aborts the work.
 */
export async function* runTurn(input: UserPart[], options: TurnOptions): AsyncGenerator<AgentEvent> {
  const channel = createChannel<AgentEvent>()
  const stop = new AbortController()
  const {expiry} = options.budget
  const signal = AbortSignal.any([options.signal, stop.signal, ...(expiry ? [expiry] : [])])
  const work = drive(input, {...options, signal}, channel.push).then(channel.end, channel.fail)
  try {
    yield* channel
  } finally {
    stop.abort()
    await work
  }
}

async function drive(input: UserPart[], options: TurnOptions, emit: (event: AgentEvent) => void): Promise<void> {
  const {conversation, opened, facts} = options
  const progress = newProgress()
  const watched = (event: AgentEvent) => {
    if (event.type === 'edit') progress.edits.push({path: event.path, added: event.added, removed: event.removed})
    emit(event)
  }
  emit({
    type: 'start',
    session: conversation.id,
    provider: opened.instance.name,
    model: options.model,
    mode: facts.mode,
    cwd: facts.root,
    ...(options.recorded ? {recorded: true as const} : {}),
  })
  let failure: {error: unknown; signal: AbortSignal} | undefined
  try {
    await learnKey(opened, options.signal)
    conversation.addUser(input)
    await answerUntilDone(options, {progress, emit: watched})
  } catch (error) {
    failure = {error, signal: options.signal}
    const report = reportOf({...failure, timeoutMs: options.budget.limits.timeoutMs, instance: opened.instance})
    if (report) emit(report)
  }
  const outcome = outcomeOf(failure, progress.unanswered)
  conversation.endTurn(outcome.status)
  emit({type: 'result', ...outcome, text: progress.text, session: conversation.id, ...totals(progress)})
}

const learned = new WeakSet<OpenedProvider>()

/** What is written from here on is scrubbed of the key, also where the user's own message has it. */
async function learnKey(opened: OpenedProvider, signal: AbortSignal): Promise<void> {
  if (learned.has(opened)) return
  learned.add(opened)
  try {
    await opened.instance.credential(signal)
  } catch {
    // The request meets the same failure, and reports it.
  }
}

type Run = {progress: Progress; emit: (event: AgentEvent) => void}

async function answerUntilDone(options: TurnOptions, run: Run): Promise<void> {
  const runner = newToolRunner(options, run)
  for (;;) {
    options.signal.throwIfAborted()
    options.budget.takeRequest()
    run.progress.turns++
    const answer = await askModel(options, run)
    run.progress.text = answer.text
    checkEnding(answer, runner, run.progress.turns === 1)
    if (answer.calls.length === 0) return
    await runCalls(answer, runner)
  }
}

async function askModel(options: TurnOptions, run: Run): Promise<Answer> {
  const {opened, conversation} = options
  const collector = createAnswerCollector()
  const request = assembleRequest({
    model: options.model,
    system: options.system,
    messages: conversation.messages,
    tools: options.tools,
    temperature: opened.instance.temperature,
    maxOutputTokens: opened.instance.maxTokens,
    responseSchema: options.responseSchema,
  })
  try {
    const onWarning = ({message}: Warning) => run.emit({type: 'notice', message})
    for await (const event of streamChat({opened, request, signal: options.signal, onWarning})) {
      if (event.type === 'text-delta') run.emit({type: 'text', delta: event.text})
      else if (event.type === 'reasoning-delta') run.emit({type: 'reasoning', delta: event.text})
      if (event.type === 'response-start') event.warnings.forEach(onWarning)
      if (event.type === 'retry') run.emit(event)
      else collector.add(event)
    }
  } catch (error) {
    keepPartial(collector.take(), options, run)
    throw error
  }
  return account(collector.take(), options, run)
}

function account(answer: Answer, options: TurnOptions, run: Run): Answer {
  const costUsd = costOf(answer.usage, options.price)
  spend(costUsd, options, run)
  run.progress.usage = addUsage(run.progress.usage, answer.usage)
  options.conversation.addAnswer(answer, {provider: options.opened.instance.name, model: options.model, costUsd})
  run.emit({type: 'usage', usage: answer.usage, ...(costUsd === undefined ? {} : {costUsd})})
  return answer
}

/** What came before an interruption stays in the history; calls that never ran get a result that says so. */
function keepPartial(answer: Answer, options: TurnOptions, run: Run): void {
  spend(undefined, options, run)
  // What a broken request used is unknown, and with it the sum.
  run.progress.usage = {}
  run.progress.text = answer.text
  if (answer.content.length === 0) return
  const partial = {...answer, content: answer.content.filter((part) => part.type === 'text')}
  if (partial.content.length === 0) return
  options.conversation.addAnswer(partial, {
    provider: options.opened.instance.name,
    model: options.model,
    costUsd: undefined,
  })
}

function spend(costUsd: number | undefined, options: TurnOptions, run: Run): void {
  options.budget.cost.add(costUsd)
  run.progress.cost.add(costUsd)
}

function checkEnding(answer: Answer, runner: ToolRunner, first: boolean): void {
  try {
    const message = endingOf(answer, first)
    if (message !== undefined) runner.emit({type: 'notice', message})
  } catch (error) {
    giveUp(answer.calls, runner)
    throw error
  }
}

/** Services want a result for each call of an answer, also for those that were never run. */
function giveUp(calls: Answer['calls'], {conversation}: ToolRunner): void {
  for (const call of calls) conversation.finishTool(interruptedResult(call.callId, call.name))
}

async function runCalls(answer: Answer, runner: ToolRunner): Promise<void> {
  const remaining = [...answer.calls]
  try {
    for (let call = remaining[0]; call; call = remaining[0]) {
      runner.signal.throwIfAborted()
      await runToolCall(call, runner)
      remaining.shift()
    }
  } catch (error) {
    giveUp(remaining, runner)
    throw error
  }
}

function newToolRunner(options: TurnOptions, run: Run): ToolRunner {
  const {tools, context, rules, facts, conversation, signal} = options
  return {
    tools,
    context,
    rules,
    facts,
    conversation,
    signal,
    loop: createLoopWatch(),
    emit: run.emit,
    onUnansweredApproval: () => (run.progress.unanswered = true),
    ...(options.ask ? {ask: options.ask} : {}),
  }
}

function newProgress(): Progress {
  const usage = {input: 0, inputCacheRead: 0, inputCacheWrite: 0, output: 0, outputReasoning: 0}
  const cost = createCostMeter()
  return {turns: 0, usage, text: '', edits: [], unanswered: false, cost, startedAt: performance.now()}
}

function totals(progress: Progress) {
  const {turns, usage, edits, startedAt, cost} = progress
  const costUsd = cost.total
  return {
    turns,
    usage,
    edits,
    ms: Math.round(performance.now() - startedAt),
    ...(costUsd === undefined ? {} : {costUsd}),
  }
}
