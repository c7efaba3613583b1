import {binaryLine, diffHeader, type DiffNames} from './diff-header.ts'
import {unifiedDiff} from './diff.ts'
import type {FileState} from './journal/state.ts'
import {EditRefusal} from './refusal.ts'
import {decodeText} from './text.ts'

type NoText = 'binary' | 'not-utf8'

/** What happens to one file, as faces show it and events carry it. */
export type FileDiff = {
  /** As people know it: relative to the root, with forward slashes. For a moved file where it is afterwards. */
  path: string
  op: 'create' | 'change' | 'delete' | 'move'
  /** Where a moved file was. */
  from?: string
  added: number
  removed: number
  /** Unified, as `git apply` takes it; empty when only what git does not record differs. */
  diff: string
  /** Percent of a moved file that stays. */
  similarity?: number
  /** Permission bits, where they change. */
  mode?: {before: number; after: number}
  /** Bytes before and after, of what is no text that is read here, and why; without a diff that could be applied. */
  binary?: {before?: number; after?: number; kind: NoText}
}

export type FileDiffInput = DiffNames & {
  /** undefined: no file. */
  before: FileState | undefined
  after: FileState | undefined
}

/** The difference between two states of a file, whatever they hold. */
export function fileDiff(input: FileDiffInput): FileDiff {
  const {path, from, before, after} = input
  const op = !before ? 'create' : !after ? 'delete' : from === undefined ? 'change' : 'move'
  const basics = {path, op, ...(from !== undefined && {from}), ...modeChange(before, after)} as const
  const [old, next] = [textOf(before), textOf(after)]
  if (typeof old === 'object' || typeof next === 'object') {
    const kinds = [old, next].map((text) => (typeof text === 'object' ? text.kind : undefined))
    return {...basics, ...binaryDiff(input, kinds.includes('binary') ? 'binary' : 'not-utf8')}
  }
  const {similarity, ...text} = unifiedDiff({
    path,
    ...(from !== undefined && {from}),
    before: old,
    after: next,
    executable: executableOf(input),
  })
  return {...basics, ...text, ...(op === 'move' && {similarity})}
}

/** @returns why it is no text, undefined for no file */
function textOf(state: FileState | undefined): string | {kind: NoText} | undefined {
  try {
    return state && decodeText(state.bytes, '')
  } catch (error) {
    if (error instanceof EditRefusal) return {kind: error.code === 'binary' ? 'binary' : 'not-utf8'}
    throw error
  }
}

function binaryDiff({path, from, before, after}: FileDiffInput, kind: NoText): Omit<FileDiff, 'path' | 'op'> {
  const names = {path, ...(from !== undefined && {from}), isNew: !before, isDeleted: !after}
  const same = before !== undefined && after !== undefined && Buffer.compare(before.bytes, after.bytes) === 0
  const head = diffHeader({
    ...names,
    hasHunks: false,
    needsGit: !same,
    executable: executableOf({before, after}),
    similarity: same ? 100 : 0,
  })
  return {
    added: 0,
    removed: 0,
    diff: head + (same ? '' : binaryLine(names)),
    binary: {...(before && {before: before.bytes.length}), ...(after && {after: after.bytes.length}), kind},
    ...(from !== undefined && {similarity: same ? 100 : 0}),
  }
}

function executableOf({before, after}: Pick<FileDiffInput, 'before' | 'after'>) {
  const isExecutable = (state: FileState | undefined) =>
    state?.mode === undefined ? undefined : (state.mode & 0o111) !== 0
  return {before: isExecutable(before), after: isExecutable(after)}
}

/** A mode that is not given stays as it is. */
function modeChange(before: FileState | undefined, after: FileState | undefined): Pick<FileDiff, 'mode'> {
  const [old, next] = [before?.mode, after?.mode]
  return old === undefined || next === undefined || old === next ? {} : {mode: {before: old, after: next}}
}
