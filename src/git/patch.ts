import type {TreeEdit} from './tree-edits.ts'
import type {Repository} from './repository.ts'

export type FileCount = {path: string; change: 'added' | 'changed' | 'deleted'; added?: number; removed?: number}

type Trees = {from: string; to: string}

const PATCH_MS = 30_000
/** So many files are shown to whoever writes the message; the others only by name. */
const MAX_FILES = 100
/** About five thousand tokens: a message needs no more, and a small model has room for it. */
const MAX_CHARACTERS = 20_000

/** A diff in git's own words, whatever is configured. */
export const PLAIN_DIFF = [
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--src-prefix=a/',
  '--dst-prefix=b/',
  '--submodule=short',
]

/** How many lines each edit adds and removes; without figures where git sees no text. */
export async function countLines(
  repository: Repository,
  trees: Trees,
  edits: readonly TreeEdit[],
): Promise<FileCount[]> {
  const args = ['diff-tree', '-r', '-z', '--numstat', '--no-renames', ...PLAIN_DIFF, trees.from, trees.to]
  const output = await repository.output(args, 'counting lines', {timeoutMs: PATCH_MS})
  const counts = new Map<string, {added: number; removed: number}>()
  for (const record of output.toString('latin1').split('\0')) {
    const [, added, removed, name] = /^(\d+)\t(\d+)\t(.+)$/s.exec(record) ?? []
    if (name !== undefined) counts.set(name, {added: Number(added), removed: Number(removed)})
  }
  return edits.map(({name, was, becomes}) => ({
    path: name.text,
    change: !was ? ('added' as const) : becomes ? ('changed' as const) : ('deleted' as const),
    ...counts.get(name.bytes.toString('latin1')),
  }))
}

/**
 * What leads from one tree to another, as text for a reader with little room.
 * @param edits only these are shown
 */
export async function patchBetween(repository: Repository, trees: Trees, edits: readonly TreeEdit[]): Promise<string> {
  const shown = edits.filter(({name}) => name.exact && name.text.length < 400).slice(0, MAX_FILES)
  if (shown.length === 0) return ''
  const names = shown.map(({name}) => name.text)
  const args = ['diff-tree', '-r', '-p', '-U2', '--find-renames', ...PLAIN_DIFF, trees.from, trees.to, '--', ...names]
  // What is longer is cut anyway: the beginning does.
  const result = await repository.run(args, {maxBytes: 8 * 1024 * 1024, timeoutMs: PATCH_MS})
  return shortened(result.stdout.toString('utf8'), MAX_CHARACTERS)
}

/** Each file gets its share of the room, so that one long change does not hide the others. */
function shortened(patch: string, maxCharacters: number): string {
  if (patch.length <= maxCharacters) return patch
  const files = patch.split(/^(?=diff --git )/m)
  const share = Math.max(400, Math.floor(maxCharacters / files.length))
  return files
    .map((file) => (file.length <= share ? file : `${file.slice(0, share).replace(/[^\n]*$/, '')}[cut]\n`))
    .join('')
    .slice(0, maxCharacters)
}
