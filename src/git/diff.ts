import type {Head} from './head.ts'
import {headTree} from './tree-edits.ts'
import {PLAIN_DIFF} from './patch.ts'
import type {Repository} from './repository.ts'

export type DiffChoice = {
  /** staged: HEAD to index. changed: index to working files. all: HEAD to working files. */
  what: 'staged' | 'changed' | 'all'
  /** From the root, taken as they are; absent: everything. */
  paths?: readonly string[]
}

const DIFF_MS = 60_000

/**
 * What git sees of changes in files that it tracks, as a unified diff in bytes: files need not be UTF-8. Nothing that the
 * repository configures makes it or changes it.
 */
export async function readDiff(repository: Repository, head: Head, {what, paths = []}: DiffChoice): Promise<Buffer> {
  const from = what === 'changed' ? [] : [await headTree(repository, head)]
  const args = [
    'diff',
    ...PLAIN_DIFF,
    '--find-renames',
    '--ignore-submodules=dirty',
    ...(what === 'staged' ? ['--cached'] : []),
  ]
  const named = paths.length === 0 ? [] : ['--', ...paths]
  return repository.output([...args, ...from, ...named], 'reading the differences', {
    timeoutMs: DIFF_MS,
    maxBytes: 64 * 1024 * 1024,
  })
}
