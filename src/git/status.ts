import {gitFailure} from './problems.ts'
import {nameOf, type Name} from './names.ts'
import type {Repository} from './repository.ts'

export type StatusEntry = {
  name: Name
  kind: 'changed' | 'unmerged' | 'untracked'
  /** Against HEAD: "." is unchanged, else M, T, A, D, R, C; "?" untracked. */
  staged: string
  /** Of the working file against the index. */
  unstaged: string
  /** Octal, as in git's trees; 000000 for no file. */
  modes: {head: string; index: string; worktree: string}
  /** Where it was before a rename or copy. */
  from?: Name
}

const STATUS_MS = 60_000

/**
 * What differs between HEAD, index and working files. Names are the bytes that git knows; submodules count as changed only
 * when they are at another commit. Ignored files are left out.
 * @param paths from the root, with what lies below them; absent: everything
 */
export async function readStatus(repository: Repository, paths: readonly string[] = []): Promise<StatusEntry[]> {
  const named = paths.length === 0 ? [] : ['--', ...paths]
  const result = await repository.run(
    ['status', '--porcelain=v2', '-z', '--untracked-files=all', '--ignore-submodules=dirty', '--no-renames', ...named],
    {timeoutMs: STATUS_MS, maxBytes: 64 * 1024 * 1024},
  )
  if (result.state !== 'done') throw gitFailure(result, 'reading the status')
  return parseStatus(result.stdout)
}

const ORDINARY = /^1 (..) \S+ (\d+) (\d+) (\d+) \S+ \S+ (.+)$/s
const RENAMED = /^2 (..) \S+ (\d+) (\d+) (\d+) \S+ \S+ \S+ (.+)$/s
const UNMERGED = /^u (..) \S+ (\d+) (\d+) (\d+) (\d+) \S+ \S+ \S+ (.+)$/s

/** Reads `git status --porcelain=v2 -z`; lines it does not know are passed over. */
export function parseStatus(output: Buffer): StatusEntry[] {
  const entries: StatusEntry[] = []
  const records = output.toString('latin1').split('\0')
  for (let at = 0; at < records.length; at++) {
    const record = records[at] ?? ''
    if (record.startsWith('? ')) entries.push(untracked(record.slice(2)))
    else if (record.startsWith('u ')) push(entries, unmerged(UNMERGED.exec(record)))
    else if (record.startsWith('1 ')) push(entries, changed(ORDINARY.exec(record)))
    else if (record.startsWith('2 ')) push(entries, changed(RENAMED.exec(record), records[++at]))
  }
  return entries
}

function push(entries: StatusEntry[], entry: StatusEntry | undefined): void {
  if (entry) entries.push(entry)
}

function untracked(name: string): StatusEntry {
  const modes = {head: '000000', index: '000000', worktree: '000000'}
  return {name: nameOf(name), kind: 'untracked', staged: '?', unstaged: '?', modes}
}

function changed(match: RegExpExecArray | null, from?: string): StatusEntry | undefined {
  if (!match) return undefined
  const [, letters = '..', head = '', index = '', worktree = '', name = ''] = match
  return {
    name: nameOf(name),
    kind: 'changed',
    staged: letters[0] ?? '.',
    unstaged: letters[1] ?? '.',
    modes: {head, index, worktree},
    ...(from === undefined ? {} : {from: nameOf(from)}),
  }
}

function unmerged(match: RegExpExecArray | null): StatusEntry | undefined {
  if (!match) return undefined
  const [, letters = 'UU', , ours = '', , worktree = '', name = ''] = match
  const modes = {head: ours, index: '000000', worktree}
  return {name: nameOf(name), kind: 'unmerged', staged: letters[0] ?? 'U', unstaged: letters[1] ?? 'U', modes}
}
