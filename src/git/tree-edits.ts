import type {Head} from './head.ts'
import {keyOf, nameOf, type Name} from './names.ts'
import {indexEntries, type Entry} from './objects.ts'
import {oneLine, type Repository} from './repository.ts'
import {withScratch} from './scratch.ts'

/** One path's way from one commit's tree to the next; undefined means no file. */
export type TreeEdit = {name: Name; was: Entry | undefined; becomes: Entry | undefined}

const INDEX_MS = 60_000
const WHAT = 'preparing the commit'

/** Writes the edits into an index. @param variables which one */
export async function writeEdits(
  repository: Repository,
  edits: readonly TreeEdit[],
  variables: Record<string, string>,
): Promise<void> {
  if (edits.length === 0) return
  // What goes, goes first: a folder may take the place of a file.
  const ordered = edits.toSorted(
    (one, other) => Number(one.becomes !== undefined) - Number(other.becomes !== undefined),
  )
  const lines = ordered.flatMap(({name, was, becomes}) => {
    const nothing = {mode: '0', oid: '0'.repeat((becomes ?? was)?.oid.length ?? 40)}
    const {mode, oid} = becomes ?? nothing
    return [Buffer.from(`${mode} ${oid}\t`), name.bytes, Buffer.from([0])]
  })
  const input = Buffer.concat(lines)
  await repository.output(['update-index', '-z', '--index-info'], WHAT, {input, variables, timeoutMs: INDEX_MS})
}

/** Fills an index with what HEAD holds. */
export async function readHeadTree(
  repository: Repository,
  head: Head,
  variables: Record<string, string>,
): Promise<void> {
  const args = ['read-tree', head.commit ?? '--empty']
  await repository.output(args, WHAT, {variables, timeoutMs: INDEX_MS})
}

/** @returns the tree that an index stands for */
export async function writeTree(repository: Repository, variables: Record<string, string>): Promise<string> {
  return oneLine(await repository.output(['write-tree'], WHAT, {variables, timeoutMs: INDEX_MS}))
}

/** The tree of HEAD; the empty one before the first commit. */
export async function headTree(repository: Repository, head: Head): Promise<string> {
  const args =
    head.commit === undefined ? ['hash-object', '-t', 'tree', '--stdin'] : ['rev-parse', `${head.commit}^{tree}`]
  return oneLine(await repository.output(args, WHAT))
}

/** The tree of HEAD and the one that edits make of it. */
export async function treeOf(
  repository: Repository,
  head: Head,
  edits: readonly TreeEdit[],
): Promise<{from: string; tree: string}> {
  const from = await headTree(repository, head)
  return withScratch(repository, async ({index}) => {
    await readHeadTree(repository, head, index)
    await writeEdits(repository, edits, index)
    return {from, tree: await writeTree(repository, index)}
  })
}

/** What leads from one tree to another. */
export async function editsBetween(
  repository: Repository,
  trees: {from: string; to: string},
  variables: Record<string, string> = {},
): Promise<TreeEdit[]> {
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', trees.from, trees.to]
  const options = {variables, timeoutMs: INDEX_MS, maxBytes: 256 * 1024 * 1024}
  const records = (await repository.output(args, WHAT, options)).toString('latin1').split('\0')
  const edits: TreeEdit[] = []
  for (let at = 0; at + 1 < records.length; at += 2) {
    const [, oldMode = '', mode = '', oldOid = '', oid = ''] =
      /^:(\d+) (\d+) (\S+) (\S+) /.exec(records[at] ?? '') ?? []
    const name = records[at + 1]
    if (name === undefined || name === '' || oid === '') continue
    edits.push({name: nameOf(name), was: entryOf(oldMode, oldOid), becomes: entryOf(mode, oid)})
  }
  return edits
}

function entryOf(mode: string, oid: string): Entry | undefined {
  return /^0+$/.test(mode) ? undefined : {mode, oid}
}

export function sameEntry(one: Entry | undefined, other: Entry | undefined): boolean {
  return one?.mode === other?.mode && one?.oid === other?.oid
}

/** Those edits whose path an index still holds as it was; what the user has staged since is none of them. */
export async function untouchedEdits(
  repository: Repository,
  edits: readonly TreeEdit[],
  variables: Record<string, string>,
): Promise<TreeEdit[]> {
  const paths = edits.every(({name}) => name.exact) ? edits.map(({name}) => name.text) : []
  const staged = await indexEntries(repository, paths, variables)
  return edits.filter(({name, was}) => sameEntry(staged.get(keyOf(name)), was))
}
