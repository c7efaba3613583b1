import {existsSync, realpathSync} from 'node:fs'
import {dirname, relative, sep} from 'node:path'
import {fileDiff, type FileDiff} from '../edits/file-diff.ts'
import {readHistory, type Step} from '../edits/journal/history.ts'
import type {Conflict} from '../edits/journal/invert.ts'
import {sameBytes} from '../edits/journal/state.ts'
import {entryPath, journalPlace, readEntry} from '../edits/journal/store.ts'
import {redoChanges, undoChanges, type UndoChoice, type Undoing} from '../edits/journal/undo.ts'
import {EditRefusal} from '../edits/refusal.ts'
import {pairMoves, type FileChange} from '../edits/pair-moves.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {Environment} from '../paths.ts'
import type {CommitNote} from './commits/follow.ts'
import {hasRecords} from './commits/records.ts'

export type TakeBack = {
  kind: 'undo' | 'redo'
  /** The project's real path. */
  root: string
  /** vibe's data folder. */
  data: string
  /** Of undo; the latest step when absent. */
  choice?: UndoChoice
  preview?: boolean
  /** For git: commits of what is taken back go along, where nobody else has them. */
  env: Environment
  signal: AbortSignal
}

export type FileReport = Omit<FileDiff, 'diff'> & {
  change: 'created' | 'changed' | 'deleted' | 'moved' | 'mode'
  /** Unified; absent for what is no text. */
  diff?: string
}

export type TakeBackReport = {
  action: 'undo' | 'redo'
  /** False in a preview, and after a conflict: then nothing was changed. */
  done: boolean
  steps: Array<{id: string; at: string; title: string}>
  files: FileReport[]
  /** Files in which later changes of somebody were kept. */
  merged: string[]
  conflicts: Conflict[]
  /** What became of vibe's own commits of it; absent when there is none. */
  commits?: CommitNote[]
}

/** @throws VibeError exit 2 when there is nothing to take back, exit 8 when a path could not be written */
export async function takeBack(request: TakeBack): Promise<TakeBackReport> {
  const {kind, root, data, choice, preview, signal} = request
  const options = {place: journalPlace(data, root), signal, ...(preview ? {preview} : {})}
  try {
    const undoing = kind === 'undo' ? await undoChanges(choice ?? {steps: 1}, options) : await redoChanges(options)
    const commits = await followingCommits(request, undoing)
    return {...reportOf(kind, root, undoing), ...(commits.length > 0 && {commits})}
  } catch (error) {
    throw error instanceof EditRefusal ? notTakenBack(kind, error) : error
  }
}

async function followingCommits(request: TakeBack, {conflicts, of, entry}: Undoing): Promise<CommitNote[]> {
  const {kind, root, data, env, signal} = request
  if (conflicts.length > 0 || !hasRecords({root, data})) return []
  const {followUndo, followRedo} = await import('./commits/follow.ts')
  const following = {project: {root, data}, of, entry, asking: {env, signal}}
  return kind === 'undo' ? followUndo(following) : followRedo(following)
}

/** "3" is a number of steps, anything else an id; absent means the latest step. */
export function undoChoice(what: string | undefined): UndoChoice {
  if (what === undefined) return {steps: 1}
  return /^\d{1,6}$/.test(what) ? {steps: Math.max(1, Number(what))} : {id: what}
}

/** The project that a folder belongs to: the nearest one upward in which something was changed, else the folder itself. */
export function changedProject(folder: string, data: string): string {
  const start = realpathSync(folder)
  for (let root = start; ; root = dirname(root)) {
    if (existsSync(journalPlace(data, root).folder)) return root
    if (dirname(root) === root) return start
  }
}

function reportOf(action: TakeBack['kind'], root: string, undoing: Undoing): TakeBackReport {
  return {
    action,
    done: undoing.entry !== undefined,
    steps: undoing.steps,
    files: pairMoves(undoing.changes).map((change) => fileReport(change, root)),
    merged: undoing.merged.map((path) => nameIn(root, path)),
    conflicts: undoing.conflicts.map(({path, reason}) => ({path: nameIn(root, path), reason})),
  }
}

function fileReport({path, from, before, after}: FileChange, root: string): FileReport {
  const {diff, ...file} = fileDiff({
    path: nameIn(root, path),
    ...(from !== undefined && {from: nameIn(root, from)}),
    before,
    after,
  })
  const isSame = before !== undefined && after !== undefined && sameBytes(before.bytes, after.bytes)
  const change = file.op === 'change' && isSame ? 'mode' : CHANGES[file.op]
  return {...file, change, ...(!file.binary && {diff})}
}

const CHANGES = {create: 'created', change: 'changed', delete: 'deleted', move: 'moved'} as const

export type StepReport = {
  id: string
  at: string
  title: string
  state: 'done' | 'undone'
  files: string[]
  /** The ids of the single changes, oldest first. */
  changes: string[]
}

/** What was changed in a project, newest first. */
export async function listSteps(root: string, data: string): Promise<{steps: StepReport[]; damaged: number}> {
  const {steps, damaged} = await readHistory(journalPlace(data, root))
  return {steps: steps.reverse().map((step) => stepReport(step, root)), damaged}
}

function stepReport({id, at, title, state, entries}: Step, root: string): StepReport {
  const paths = new Set(entries.flatMap(({changes}) => changes.map(({path}) => nameIn(root, path))))
  return {id, at, title, state, files: [...paths], changes: entries.map((head) => head.id)}
}

/**
 * What a file held before a change, for somebody who wants to mend a conflict by hand.
 * @throws VibeError exit 2 when the change or the file in it is unknown
 */
export async function oldContent({
  root,
  data,
  id,
  name,
}: {
  root: string
  data: string
  id: string
  name: string
}): Promise<Uint8Array> {
  const place = journalPlace(data, root)
  const {steps} = await readHistory(place)
  const ids = steps.flatMap(({entries}) => entries.map((head) => head.id)).filter((known) => known.startsWith(id))
  const entry = ids.length === 1 && ids[0] !== undefined ? await readEntry(entryPath(place, ids[0])) : undefined
  const change = entry?.changes.find(({path}) => nameIn(root, path) === name || path === name)
  if (change?.before) return change.before.bytes
  throw new VibeError({
    code: 'content-unknown',
    message: entry
      ? `Change ${id} has no earlier content of ${name}.`
      : `There is no single change ${id} of this project.`,
    hint: 'List the changes and their files with: vibe undo --list',
    exit: ExitCode.usage,
  })
}

function nameIn(root: string, path: string): string {
  const name = relative(root, path)
  return name.startsWith('..') ? path : name.replaceAll(sep, '/')
}

function notTakenBack(kind: string, cause: EditRefusal): VibeError {
  return new VibeError(
    {
      code: cause.code,
      message: `The ${kind} was not done: ${cause.message}`,
      hint: `Try again with: vibe ${kind}`,
      exit: ExitCode.checkFailed,
    },
    {cause},
  )
}
