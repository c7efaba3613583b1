import type {ToolCallEnd} from 'vibe-plugin-api'
import {hunkFacts} from '../edits/marked-hunks.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {decide} from '../permissions/decide.ts'
import type {Decision, Facts, Rule} from '../permissions/access.ts'
import {problemOf} from '../providers/ladder/text-call.ts'
import {ruleTextFor} from '../permissions/rule-for.ts'
import {offered} from '../tools/registry.ts'
import {
  ToolRefusal,
  type PreparedCall,
  type RunOptions,
  type Tool,
  type ToolContext,
  type ToolOutcome,
} from '../tools/tool.ts'
import type {Conversation} from './conversation.ts'
import type {AgentEvent, Ask} from './events.ts'
import {limitReached, REPEATS_OF_A_LOOP, type createLoopWatch} from './limits.ts'

export type ToolRunner = {
  tools: readonly Tool[]
  context: ToolContext
  rules: readonly Rule[]
  facts: Facts
  ask?: Ask
  conversation: Conversation
  loop: ReturnType<typeof createLoopWatch>
  emit: (event: AgentEvent) => void
  signal: AbortSignal
  /** Told of each edit whether its text was found in the file. */
  onEdit?: (fits: boolean) => void
  /** Called when a call was refused because nobody could be asked. */
  onUnansweredApproval: () => void
}

/** Two on each rung, and a few more on the last. */
const MALFORMED_AT_MOST = 8

type Refusal = {content: string; summary: string; isError: true}

/**
 * Runs one call of the model to its result: validated, decided, asked, logged, executed. Every failure that the model
 * can mend becomes an error result; only an interruption or a limit throws.
 */
export async function runToolCall(call: ToolCallEnd, runner: ToolRunner): Promise<void> {
  const started = performance.now()
  const {callId, name} = call
  const outcome = await attempt(call, runner)
  runner.conversation.finishTool({
    type: 'tool-result',
    callId,
    name,
    content: [{type: 'text', text: outcome.content}],
    ...(outcome.isError ? {isError: true as const} : {}),
  })
  noteEdit(outcome, runner)
  for (const edit of outcome.edits ?? [])
    runner.emit({type: 'edit', ...edit, applied: true, hunks: hunkFacts(edit.diff)})
  if (outcome.note !== undefined) runner.emit({type: 'notice', message: outcome.note})
  runner.emit({
    type: 'tool_result',
    id: callId,
    name,
    ok: !outcome.isError,
    summary: outcome.summary,
    output: outcome.content,
    ms: Math.round(performance.now() - started),
  })
}

/** A model whose edits miss again and again is met another way. */
function noteEdit({edits, isError, summary}: ToolOutcome, runner: ToolRunner): void {
  if (edits) runner.onEdit?.(true)
  else if (isError && /\b(?:no[-_]match|ambiguous)\b/.test(summary)) runner.onEdit?.(false)
}

async function attempt(call: ToolCallEnd, runner: ToolRunner): Promise<ToolOutcome> {
  let announced = false
  const announce = (summary: string) => {
    if (!announced) runner.emit({type: 'tool', id: call.callId, name: call.name, input: call.input ?? {}, summary})
    announced = true
  }
  try {
    refuseMalformed(call, runner)
    const tool = findTool(call, runner)
    const input = wholeInput(call)
    refuseLoop(call, runner)
    const prepared = await tool.prepare(input, runner.context)
    announce(prepared.summary)
    const refused = await seekApproval(call, prepared, runner)
    if (refused) return refused
    runner.signal.throwIfAborted()
    runner.conversation.startTool({callId: call.callId, name: call.name, input}, tool.effect !== 'read')
    const options: RunOptions = {
      signal: runner.signal,
      onOutput: (stream, text) => runner.emit({type: 'tool_output', id: call.callId, stream, text}),
    }
    const outcome = await prepared.execute(options)
    const more = await runner.context.afterEdits?.(options)
    return more ? {...outcome, content: `${outcome.content}\n${more}`} : outcome
  } catch (error) {
    announce(call.name)
    if (runner.signal.aborted) throw error
    if (error instanceof ToolRefusal) return refusal(error.message, `refused (${error.code})`)
    if (error instanceof VibeError && error.exit !== ExitCode.limit) return refusal(error.message, error.message)
    throw error
  }
}

/** What a model wrote as text and could not be read is told to it in the words of its rung. */
function refuseMalformed(call: ToolCallEnd, runner: ToolRunner): void {
  const problem = problemOf(call)
  if (problem === undefined) return
  if (runner.loop.note('(malformed)', {}) > MALFORMED_AT_MOST)
    throw limitReached(
      `${MALFORMED_AT_MOST} calls of the model in a row could not be read.`,
      'Try another model with --model, or another way of calling tools: vibe provider:update NAME --tool-mode whole-file',
    )
  throw new ToolRefusal('call-malformed', problem)
}

function findTool(call: ToolCallEnd, runner: ToolRunner): Tool {
  const tool = runner.tools.find((candidate) => candidate.name === call.name)
  if (tool) return tool
  const known = offered(runner.tools)
    .map((candidate) => candidate.name)
    .join(', ')
  throw new ToolRefusal(
    'tool-unknown',
    `There is no tool "${call.name}" in ${runner.facts.mode} mode. You have: ${known}.`,
  )
}

function wholeInput(call: ToolCallEnd) {
  if (call.input) return call.input
  throw new ToolRefusal(
    'input-incomplete',
    'The call did not arrive as a whole JSON object, so nothing was done. If it was cut by the output limit, split the work into smaller calls.',
  )
}

function refuseLoop(call: ToolCallEnd, runner: ToolRunner): void {
  const times = runner.loop.note(call.name, call.input ?? {})
  if (times > REPEATS_OF_A_LOOP) {
    throw limitReached(
      `The model made the same ${call.name} call ${times} times in a row.`,
      'Say more precisely what you want, or try another model with --model.',
    )
  }
  if (times === REPEATS_OF_A_LOOP) {
    throw new ToolRefusal(
      'loop',
      `This is the same call for the ${times}rd time in a row, so it was not run again. Do something else, or answer.`,
    )
  }
}

async function seekApproval(
  call: ToolCallEnd,
  prepared: PreparedCall,
  runner: ToolRunner,
): Promise<Refusal | undefined> {
  const decision = strictest(prepared, runner)
  if (decision.verdict === 'allow') return undefined
  if (decision.verdict === 'deny') return deny(call, prepared, {runner, decision, why: decision.reason, by: 'rule'})
  if (!runner.ask) {
    runner.onUnansweredApproval()
    return deny(call, prepared, {runner, decision, why: `${decision.reason}, and nobody can be asked`, by: 'rule'})
  }
  const {preview, access} = prepared
  // The face shows what led to the question before it asks.
  await new Promise((resolve) => setImmediate(resolve))
  const answer = await runner.ask(
    {toolCallId: call.callId, tool: call.name, access, preview, reason: decision.reason, risky: decision.risky},
    runner.signal,
  )
  if (!answer.allow)
    return deny(call, prepared, {runner, decision, why: answer.feedback ?? 'the user said no', by: 'person'})
  runner.emit({type: 'approval', id: call.callId, access, reason: decision.reason, decision: 'allowed', by: 'person'})
  return undefined
}

function strictest(prepared: PreparedCall, runner: ToolRunner): Decision {
  const order = {deny: 2, ask: 1, allow: 0}
  const decisions = prepared.access.map((access) => decide(access, runner.rules, runner.facts))
  const [worst] = decisions.sort((a, b) => order[b.verdict] - order[a.verdict] || Number(b.risky) - Number(a.risky))
  return worst ?? {verdict: 'allow', ruleId: 'nothing-touched', reason: 'it touches nothing', risky: false}
}

type Denial = {runner: ToolRunner; decision: Decision; why: string; by: 'person' | 'rule'}

function deny(call: ToolCallEnd, prepared: PreparedCall, denial: Denial): Refusal {
  const {runner, decision, why, by} = denial
  const {access} = prepared
  runner.emit({type: 'approval', id: call.callId, access, reason: decision.reason, decision: 'denied', by})
  const byRule = decision.verdict === 'deny' ? `rule: ${decision.ruleId}` : allowHint(prepared, runner.facts.root)
  // Who has just said no needs no way around it.
  const hint = by === 'person' ? '' : byRule
  runner.emit({type: 'denied', id: call.callId, tool: call.name, reason: why, hint})
  return refusal(`Not done: ${why}.`, 'denied')
}

/** The rule that would have allowed it, as the user would type it. */
function allowHint({access: [first]}: PreparedCall, root: string): string {
  if (!first) return ''
  const rule = ruleTextFor(first, root)
  return `allow it with --allow ${/^[\w:./*-]+$/.test(rule) ? rule : `'${rule.replaceAll("'", String.raw`'\''`)}'`}, or all edits and commands in the project with --yes`
}

function refusal(content: string, summary: string): Refusal {
  return {content, summary, isError: true}
}
