import type {Head} from './head.ts'
import {joinNames, keyOf, nameOf, type Name} from './names.ts'
import {gitFailure} from './problems.ts'
import {oneLine, type Repository} from './repository.ts'
import type {Scratch} from './scratch.ts'

/** What a tree or an index holds at a path. Modes as git writes them: 100644, 100755, 120000, 160000. */
export type Entry = {mode: string; oid: string}

const OBJECT_MS = 60_000

/**
 * The object that a file with these bytes is committed as: line ends and encodings as git's attributes say, through
 * filters of the user's own.
 */
export async function hashFile(repository: Repository, path: string, bytes: Uint8Array): Promise<string> {
  return hash(repository, ['hash-object', '-w', '--stdin', `--path=${path}`], bytes)
}

/** The object with exactly these bytes. */
export async function hashBytes(repository: Repository, bytes: Uint8Array): Promise<string> {
  return hash(repository, ['hash-object', '-w', '--stdin', '--no-filters'], bytes)
}

async function hash(repository: Repository, args: string[], input: Uint8Array): Promise<string> {
  return oneLine(await repository.output(args, 'storing a file', {input, timeoutMs: OBJECT_MS}))
}

/** The bytes that a file would be committed with; nothing of it stays in the repository. */
export async function committedForm(
  repository: Repository,
  {path, bytes, scratch}: {path: string; bytes: Uint8Array; scratch: Scratch},
): Promise<{oid: string; bytes: Buffer}> {
  const variables = scratch.passing
  const args = ['hash-object', '-w', '--stdin', `--path=${path}`]
  const options = {input: bytes, variables, timeoutMs: OBJECT_MS}
  const oid = oneLine(await repository.output(args, `reading ${path}`, options))
  return {oid, bytes: await readObject(repository, oid, variables)}
}

export async function readObject(
  repository: Repository,
  oid: string,
  variables: Record<string, string> = {},
): Promise<Buffer> {
  const options = {variables, maxBytes: 256 * 1024 * 1024, timeoutMs: OBJECT_MS}
  return repository.output(['cat-file', 'blob', oid], 'reading an object', options)
}

/** More names than this, or longer ones, do not fit on a command line: then everything is listed. */
const MAX_NAMED = 200

/** What HEAD holds at these paths. */
export async function headEntries(repository: Repository, head: Head, paths: readonly string[]) {
  if (head.commit === undefined) return new Map<string, Entry>()
  const args = ['ls-tree', '-r', '-z', '--full-tree', head.commit, ...named(paths)]
  return entriesIn(await list(repository, args, {}), /^(\d+) \S+ (\S+)\t(.+)$/s)
}

/** What an index holds at these paths. @param variables which index; absent members mean the user's */
export async function indexEntries(
  repository: Repository,
  paths: readonly string[],
  variables: Record<string, string>,
) {
  const args = ['ls-files', '--stage', '-z', ...named(paths)]
  return entriesIn(await list(repository, args, variables), /^(\d+) (\S+) \d\t(.+)$/s)
}

function named(paths: readonly string[]): string[] {
  const fits = paths.length <= MAX_NAMED && paths.every((path) => path.length < 400)
  return fits && paths.length > 0 ? ['--', ...paths] : []
}

async function list(repository: Repository, args: string[], variables: Record<string, string>): Promise<Buffer> {
  return repository.output(args, 'listing files', {variables, maxBytes: 256 * 1024 * 1024, timeoutMs: OBJECT_MS})
}

/** By `keyOf` of the name. */
function entriesIn(output: Buffer, shape: RegExp): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  for (const record of output.toString('latin1').split('\0')) {
    const [, mode, oid, name] = shape.exec(record) ?? []
    if (mode !== undefined && oid !== undefined && name !== undefined) entries.set(name, {mode, oid})
  }
  return entries
}

/** The names among these that git ignores; what it tracks is never ignored. */
export async function ignoredNames(repository: Repository, names: readonly Name[]): Promise<Set<string>> {
  if (names.length === 0) return new Set()
  const input = joinNames(names.map(({bytes}) => nameOf(`./${bytes.toString('latin1')}`)))
  const result = await repository.run(['check-ignore', '-z', '--stdin'], {input, patterns: true})
  // Exit 1 means that none is ignored.
  if (result.state !== 'done' && result.code !== 1) throw gitFailure(result, 'reading what it ignores')
  return new Set(namesIn(result.stdout).map((name) => keyOf(name).replace(/^\.\//, '')))
}

/** The names whose filter only the repository defines: what they would be committed as cannot be known without running it. */
export async function foreignlyFiltered(repository: Repository, names: readonly Name[]): Promise<Set<string>> {
  if (names.length === 0 || repository.foreignFilters.size === 0) return new Set()
  const args = ['check-attr', '-z', '--stdin', 'filter']
  const output = await repository.output(args, 'reading its attributes', {input: joinNames(names)})
  const parts = output.toString('latin1').split('\0')
  const found = new Set<string>()
  for (let at = 0; at + 2 < parts.length; at += 3) {
    const [name = '', , value = ''] = parts.slice(at, at + 3)
    if (repository.foreignFilters.has(Buffer.from(value, 'latin1').toString('utf8'))) found.add(name)
  }
  return found
}

export function namesIn(output: Buffer): Name[] {
  return output
    .toString('latin1')
    .split('\0')
    .filter((name) => name !== '')
    .map(nameOf)
}
