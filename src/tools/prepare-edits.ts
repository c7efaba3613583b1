import type {Sight} from '../edits/disk.ts'
import type {FileDiff} from '../edits/file-diff.ts'
import type {Edit, FormatProblem} from '../edits/formats/types.ts'
import {pathChanges} from '../edits/path-changes.ts'
import {propose} from '../edits/propose.ts'
import type {PlannedFile} from '../edits/plan.ts'
import {plannedDiff} from '../edits/planned-diff.ts'
import {EditRefusal} from '../edits/refusal.ts'
import {refuseEdits} from './refuse-edits.ts'
import {ToolRefusal, type PreparedCall, type ToolContext, type ToolOutcome} from './tool.ts'

export type EditCall = {
  tool: string
  edits: readonly Edit[]
  problems?: readonly FormatProblem[]
  /** The name of a refused call whose other edits wait. */
  retryOf?: string
  /** The edits were written as text, which has no way to name a call that waits. */
  isText?: true
}

/**
 * Plans all edits of a call over all files: the whole diff to look at, and a change of all of them or none.
 * @throws ToolRefusal that shows what does not fit, and keeps the edits that do
 */
export async function prepareEdits(call: EditCall, context: ToolContext): Promise<PreparedCall> {
  const waiting = call.retryOf === undefined ? [] : context.ledger.pending.take(call.retryOf)
  if (!waiting)
    throw new ToolRefusal(
      'unknown-batch',
      `Nothing written: no edits wait under "${call.retryOf}". Send all of them again.`,
    )
  const edits = [...waiting, ...call.edits]
  const {plan, refused} = await propose({
    root: context.root,
    edits,
    ...(call.problems && {problems: call.problems}),
    seen: (sight) => seenState(sight, context),
  })
  if (!plan) throw refuseEdits({edits, refused, canWait: !call.isText}, context)
  const diffs = plan.files.map(plannedDiff)
  return {
    access: plan.files.flatMap(({path, given, from}) => [
      ...(from ? [{kind: 'edit' as const, path: from.path, given: from.given}] : []),
      {kind: 'edit' as const, path, given},
    ]),
    preview: {kind: 'diff', files: diffs},
    summary: summaryOf(plan.files, diffs),
    execute: ({signal}) => carryOut({plan, diffs, tool: call.tool, signal}, context),
  }
}

function seenState(sight: Sight, context: ToolContext): 'same' | 'changed' | 'unseen' {
  if (sight.state.kind !== 'file') return 'same'
  const seen = context.ledger.matches(sight.path, sight.state.bytes)
  if (seen === undefined) return 'unseen'
  return seen ? 'same' : 'changed'
}

type Execution = {plan: {files: PlannedFile[]}; diffs: readonly FileDiff[]; tool: string; signal: AbortSignal}

async function carryOut({plan, diffs, tool, signal}: Execution, context: ToolContext): Promise<ToolOutcome> {
  const {files} = plan
  const summary = summaryOf(files, diffs)
  if (signal.aborted) return {content: 'Cancelled, nothing written.', summary: `${summary}: cancelled`, isError: true}
  try {
    await context.apply(pathChanges(plan), {tool, signal})
  } catch (error) {
    if (error instanceof EditRefusal)
      return {content: error.message, summary: `${summary}: refused (${error.code})`, isError: true}
    throw error
  }
  for (const file of files) noteState(file, context)
  const content = files.map((file, index) => doneLine(file, diffs[index])).join('\n')
  return {content, summary, edits: diffs}
}

/** What the model did not see as it was, it does not know now either: only exact edits fit it further on. */
function noteState({path, from, before, after}: PlannedFile, {ledger}: ToolContext): void {
  const wasKnown = !before || ledger.matches(from?.path ?? path, before.bytes) === true
  if (from) ledger.forget(from.path)
  if (!after) ledger.forget(path)
  else if (wasKnown) ledger.remember(path, after.bytes)
}

function summaryOf(files: readonly PlannedFile[], diffs: readonly FileDiff[]): string {
  const verbs = {create: 'create', change: 'edit', delete: 'delete', move: 'move'}
  const parts = files.map((file, index) => {
    const verb = file.op === 'change' && file.rung === 'whole' ? 'write' : verbs[file.op]
    const name = file.from ? `${file.from.name} to ${file.name}` : file.name
    return `${verb} ${name} (+${diffs[index]?.added ?? 0} -${diffs[index]?.removed ?? 0})`
  })
  return parts.length > 3 ? `${parts.slice(0, 3).join(', ')} and ${parts.length - 3} more` : parts.join(', ')
}

const SHOWN = 3000

/** For the model: what was done, and how the place was found where it was not there exactly. */
function doneLine(file: PlannedFile, diff: FileDiff | undefined): string {
  const {name, op, from, rung, notes, lines} = file
  if (op === 'create') return `Made ${name}.`
  if (op === 'delete') return `Deleted ${name}.`
  const what = from ? `Moved ${from.name} to ${name}` : rung === 'whole' ? `Replaced ${name}` : `Edited ${name}`
  const where = lines ? `, now lines ${lines.first}-${lines.last}` : ''
  const isLoose = rung !== 'exact' && rung !== 'whole' && rung !== 'final-newline'
  const how = isLoose
    ? ` The old text was not there exactly and was found by ${rung}; check the place:\n${diff?.diff.slice(0, SHOWN) ?? ''}`
    : ''
  return `${what}${where}.${notes.length > 0 ? ` Note: ${notes.join('; ')}.` : ''}${how}`
}
