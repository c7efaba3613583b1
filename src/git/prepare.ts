import type {Head} from './head.ts'
import {withIndexLock} from './index-lock.ts'
import {joinNames, keyOf, type Name} from './names.ts'
import {foreignlyFiltered} from './objects.ts'
import type {Repository} from './repository.ts'
import {withScratch, type Scratch} from './scratch.ts'
import type {StatusEntry} from './status.ts'
import {editsBetween, headTree, readHeadTree, writeTree, type TreeEdit} from './tree-edits.ts'

export type LeftOut = {path: string; reason: string}

/** staged: what the user has staged, as it is staged. files: these working files as they are now. */
export type Selection = {kind: 'staged' | 'files'; names: Name[]; leftOut: LeftOut[]; unmerged: string[]}

export type Choosing = {
  /** Of a path from the root: files that are not committed unless they are named. */
  isSecret: (path: string) => boolean
  /** Chosen by name: a path from the root, and whether it is meant. Absent: what is staged, else what changed. */
  named?: (path: string) => boolean
}

/** What a commit would take: the files that are named, else what is staged, else everything that changed. */
export function selectChanges(status: readonly StatusEntry[], {isSecret, named}: Choosing): Selection {
  const unmerged = status.filter(({kind}) => kind === 'unmerged').map(({name}) => name.text)
  const staged = status.filter(({kind, staged: letter}) => kind === 'changed' && letter !== '.')
  if (!named && staged.length > 0) return {kind: 'staged', names: staged.map(({name}) => name), leftOut: [], unmerged}
  const selection: Selection = {kind: 'files', names: [], leftOut: [], unmerged}
  for (const entry of status) {
    if (named && !named(entry.name.text)) continue
    const reason = reasonToLeaveOut(entry, named ? () => false : isSecret)
    if (reason === undefined) selection.names.push(entry.name)
    else selection.leftOut.push({path: entry.name.text, reason})
  }
  return selection
}

function reasonToLeaveOut(entry: StatusEntry, isSecret: (path: string) => boolean): string | undefined {
  const {name, kind, staged, unstaged} = entry
  if (kind === 'unmerged') return 'its conflict is not resolved'
  if (kind === 'untracked' && name.text.endsWith('/')) return 'it is a repository of its own'
  if (kind === 'untracked' && isSecret(name.text)) return 'it may hold secrets; name it to commit it'
  if (kind === 'changed' && staged !== '.' && unstaged !== '.')
    return 'it was changed again after it was staged; stage it, or commit what is staged without naming files'
  return undefined
}

export type Prepared = {from: string; tree: string; edits: TreeEdit[]; leftOut: LeftOut[]}

const ADD_MS = 120_000

/** Works out what a selection commits; nothing but objects is written, and the user's index is only read. */
export async function prepareCommit(repository: Repository, head: Head, selection: Selection): Promise<Prepared> {
  const from = await headTree(repository, head)
  return withScratch(repository, async (scratch) => {
    const leftOut = [...selection.leftOut]
    if (selection.kind === 'staged') await copyIndex(repository, scratch)
    else leftOut.push(...(await addFiles(repository, {head, names: selection.names, scratch})))
    const tree = await writeTree(repository, scratch.index)
    return {from, tree, edits: await editsBetween(repository, {from, to: tree}), leftOut}
  })
}

async function copyIndex(repository: Repository, scratch: Scratch): Promise<void> {
  await withIndexLock(repository, (index) => index.copyTo(scratch.index['GIT_INDEX_FILE'] ?? ''))
}

type Adding = {head: Head; names: readonly Name[]; scratch: Scratch}

async function addFiles(repository: Repository, {head, names, scratch}: Adding): Promise<LeftOut[]> {
  await readHeadTree(repository, head, scratch.index)
  const filtered = await foreignlyFiltered(repository, names)
  const wanted = names.filter((name) => !filtered.has(keyOf(name)))
  if (wanted.length > 0) {
    const args = ['add', '--all', '--force', '--pathspec-from-file=-', '--pathspec-file-nul']
    const options = {input: joinNames(wanted), variables: scratch.index, timeoutMs: ADD_MS}
    await repository.output(args, 'reading the changed files', options)
  }
  return names.filter((name) => filtered.has(keyOf(name))).map(({text}) => ({path: text, reason: FOREIGN_FILTER}))
}

export const FOREIGN_FILTER = 'it wants a filter that only this repository defines, and vibe runs none of those'
