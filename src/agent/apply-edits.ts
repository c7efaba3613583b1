import {realpath, stat} from 'node:fs/promises'
import {setTimeout as pause} from 'node:timers/promises'
import type {Sight} from '../edits/disk.ts'
import type {FileDiff} from '../edits/file-diff.ts'
import {readFormat, type EditFormat} from '../edits/formats/read-format.ts'
import {applyChanges} from '../edits/journal/apply.ts'
import {journalPlace} from '../edits/journal/store.ts'
import {pathChanges} from '../edits/path-changes.ts'
import type {PlannedFile} from '../edits/plan.ts'
import {plannedDiff} from '../edits/planned-diff.ts'
import {propose} from '../edits/propose.ts'
import {EditRefusal, type Refused} from '../edits/refusal.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {protectionOf} from '../permissions/protection.ts'

export type EditReport = {
  applied: {
    path: string
    op: PlannedFile['op']
    added: number
    removed: number
    rung: string
    from?: string
    note?: string
  }[]
  refused: Refused[]
}

export type ApplyEdits = {
  format: EditFormat
  input: string
  /** The folder that paths start from, and that nothing leaves. */
  root: string
  /** The file in question where the text leaves it out. */
  target?: string
  dryRun: boolean
  /** vibe's data folder. */
  data: string
  signal: AbortSignal
  /** Told what was done, or would be, file by file in the order of the report. */
  show?: (files: readonly FileDiff[]) => void
}

/** As many processes may write to one file at the same time. */
const ATTEMPTS = 40

/**
 * Applies the edits of one call or one reply to the files below a folder: all of them, or none.
 * @throws VibeError for a root that is no folder
 */
export async function applyEdits(options: ApplyEdits): Promise<EditReport> {
  const root = await realRoot(options.root)
  for (let attempt = 1; ; attempt++) {
    const report = await attemptEdits(options, root).catch(asReport)
    // Somebody else wrote meanwhile: the edits are looked for again in what is there now.
    if (attempt >= ATTEMPTS || !report.refused.some(isPassing)) return report
    await pause(attempt, undefined, {signal: options.signal})
  }
}

/** Another process's write may be under way, or have come between planning and writing. */
function isPassing({edit, code}: Refused): boolean {
  return code === 'file-changed' || code === 'path-changed' || (edit === 0 && code === 'exists')
}

function asReport(error: unknown): EditReport {
  if (!(error instanceof EditRefusal)) throw error
  return {applied: [], refused: [{edit: 0, path: '', code: error.code, message: error.message}]}
}

async function attemptEdits(
  {format, input, target, dryRun, data, signal, show}: ApplyEdits,
  root: string,
): Promise<EditReport> {
  const {edits, problems} = readFormat(format, input)
  const {plan, refused} = await propose({
    root,
    edits,
    problems,
    ...(target !== undefined && {target}),
    forbid: forbidden,
  })
  if (!plan) return {applied: [], refused}
  if (!dryRun) {
    const label = {
      kind: 'change' as const,
      title: `edit:apply ${plan.files.map((file) => file.name).join(', ')}`.slice(0, 60),
      tool: format,
    }
    await applyChanges({place: journalPlace(data, root), changes: pathChanges(plan), label, signal})
  }
  const diffs = plan.files.map(plannedDiff)
  show?.(diffs)
  return {applied: plan.files.map((file, index) => applied(file, diffs[index])), refused: []}
}

async function realRoot(given: string): Promise<string> {
  const found = await stat(given).catch(() => undefined)
  if (found?.isDirectory()) return realpath(given)
  throw new VibeError({
    code: 'no-folder',
    message: `${given} is no folder`,
    origin: '--root',
    hint: 'Give --root the folder that the edits are for',
    exit: ExitCode.usage,
  })
}

function forbidden({inside, name, given}: Sight): string | undefined {
  if (!inside) return `${given} leads outside the folder.`
  const protection = protectionOf(name) ?? protectionOf(given)
  return protection && `${name} is not changed here: ${protection.what}.`
}

function applied({name: path, op, from, rung, notes}: PlannedFile, diff?: FileDiff): EditReport['applied'][number] {
  const {added = 0, removed = 0} = diff ?? {}
  const note = notes.join('; ')
  return {path, op, added, removed, rung, ...(from && {from: from.name}), ...(note !== '' && {note})}
}
