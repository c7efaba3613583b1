import type {UserPart} from 'vibe-plugin-api'
import type {OpenedProvider} from '../providers/types.ts'
import type {Answer} from './answer.ts'
import {askModel} from './ask-model.ts'
import {createChannel} from './channel.ts'
import {endingOf} from './ending.ts'
import type {AgentEvent} from './events.ts'
import {openRoute, speakerOf} from './failover.ts'
import {createCostMeter, createLoopWatch} from './limits.ts'
import {outcomeOf, reportOf} from './report.ts'
import {runToolCall, type ToolRunner} from './tool-calls.ts'
import type {Progress, Run, TurnOptions} from './turn-options.ts'
import {interruptedResult} from '../sessions/resume.ts'

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
  const route = openRoute(options)
  const watched = (event: AgentEvent) => {
    if (event.type === 'edit') progress.edits.push({path: event.path, added: event.added, removed: event.removed})
    emit(event)
  }
  emit({
    type: 'start',
    session: conversation.id,
    ...speakerOf(route.current),
    mode: facts.mode,
    cwd: facts.root,
    rung: route.current.ladder?.rung ?? 'native',
    ...(options.recorded ? {recorded: true as const} : {}),
  })
  let failure: {error: unknown; signal: AbortSignal} | undefined
  try {
    await learnKey(opened, options.signal)
    conversation.addUser(input)
    await answerUntilDone(options, {progress, route, emit: watched})
  } catch (error) {
    failure = {error, signal: options.signal}
    const report = reportOf({
      ...failure,
      timeoutMs: options.budget.limits.timeoutMs,
      instance: route.current.opened.instance,
    })
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
    onEdit: (fits) => run.route.current.ladder?.noteEdit(fits),
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
  const {turns, usage, edits, startedAt, cost, answeredBy} = progress
  const costUsd = cost.total
  return {
    turns,
    usage,
    edits,
    ms: Math.round(performance.now() - startedAt),
    ...(costUsd === undefined ? {} : {costUsd}),
    ...(answeredBy === undefined ? {} : {answeredBy}),
  }
}
