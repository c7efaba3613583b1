import {mergeLines} from '../../edits/journal/merge.ts'
import type {FileState, PathChange} from '../../edits/journal/state.ts'
import {EditRefusal} from '../../edits/refusal.ts'
import {decodeText} from '../../edits/text.ts'
import type {Head} from '../../git/head.ts'
import {keyOf, nameOfText} from '../../git/names.ts'
import {
  committedForm,
  foreignlyFiltered,
  hashBytes,
  hashFile,
  headEntries,
  ignoredNames,
  indexEntries,
  readObject,
  type Entry,
} from '../../git/objects.ts'
import {FOREIGN_FILTER, type LeftOut} from '../../git/prepare.ts'
import type {Repository} from '../../git/repository.ts'
import {withScratch, type Scratch} from '../../git/scratch.ts'
import {sameEntry, type TreeEdit} from '../../git/tree-edits.ts'
import {protectionOf} from '../../permissions/protection.ts'

/** vibe's changes of one file, oldest first. */
export type FileChanges = {
  /** From the repository's root, with forward slashes. */
  path: string
  changes: ReadonlyArray<Pick<PathChange, 'before' | 'after'>>
}

export type OwnEdits = {edits: TreeEdit[]; leftOut: LeftOut[]}

/**
 * What vibe's own changes make of the tree of HEAD. Where the user had changed a file before, only vibe's lines are taken;
 * where they cannot be told apart, the file is left out.
 */
export async function ownEdits(repository: Repository, head: Head, files: readonly FileChanges[]): Promise<OwnEdits> {
  const names = files.map(({path}) => nameOfText(path))
  const paths = files.map(({path}) => path)
  const [inHead, inIndex, ignored, filtered] = await Promise.all([
    headEntries(repository, head, paths),
    indexEntries(repository, paths, {}),
    ignoredNames(repository, names),
    foreignlyFiltered(repository, names),
  ])
  const own: OwnEdits = {edits: [], leftOut: []}
  await withScratch(repository, async (scratch) => {
    for (const file of files) {
      const name = nameOfText(file.path)
      const key = keyOf(name)
      const was = inHead.get(key)
      const known = {ignored: ignored.has(key), filtered: filtered.has(key), was}
      const reason = reasonToLeaveOut(file.path, known)
      const outcome = reason ?? stagedToo(await becomes(repository, file, {was, scratch}), was, inIndex.get(key))
      if (typeof outcome === 'string') own.leftOut.push({path: file.path, reason: outcome})
      else if (!sameEntry(was, outcome.entry)) own.edits.push({name, was, becomes: outcome.entry})
    }
  })
  return own
}

type Known = {ignored: boolean; filtered: boolean; was: Entry | undefined}

function reasonToLeaveOut(path: string, {ignored, filtered, was}: Known): string | undefined {
  if (protectionOf(path)?.level === 'secret') return 'it may hold secrets'
  if (ignored) return 'git ignores it'
  if (filtered) return FOREIGN_FILTER
  return was && !was.mode.startsWith('100') ? 'in git it is no regular file' : undefined
}

type Outcome = {entry: Entry | undefined} | string

/** Committed beside something else that is staged, it would be taken back by the user's next commit. */
function stagedToo(outcome: Outcome, was: Entry | undefined, staged: Entry | undefined): Outcome {
  if (typeof outcome === 'string' || sameEntry(was, staged) || sameEntry(outcome.entry, staged)) return outcome
  return 'you have staged changes of it'
}

/** Where the walk through the changes stands: what the tree would hold, as bytes that are committed. */
type Stand = {oid: string; bytes: () => Promise<Uint8Array>; store: () => Promise<string>}
type Start = {was: Entry | undefined; scratch: Scratch}

/** @returns the entry (undefined inside: no file), or why the file is left out */
async function becomes(repository: Repository, {path, changes}: FileChanges, {was, scratch}: Start): Promise<Outcome> {
  let stand: Stand | undefined = was && {
    oid: was.oid,
    bytes: () => readObject(repository, was.oid),
    store: async () => was.oid,
  }
  const form = (bytes: Uint8Array) => committedForm(repository, {path, bytes, scratch})
  for (const {before, after} of changes) {
    if (await holds(stand, before, form)) stand = after && (await standOf(repository, path, {after, form}))
    // A command of the turn has committed it itself.
    else if (await holds(stand, after, form)) continue
    else if (before && after && stand) {
      const merged = await mergeInto(stand, {before: await form(before.bytes), after: await form(after.bytes)})
      if (merged === undefined) return 'your own changes, not committed yet, are on the same lines'
      stand = {oid: '', bytes: async () => merged, store: () => hashBytes(repository, merged)}
    } else return reasonForOthers({stand, before, after})
  }
  return {entry: stand && {oid: await stand.store(), mode: await modeOf(repository, was, changes)}}
}

type Form = (bytes: Uint8Array) => Promise<{oid: string; bytes: Buffer}>

async function holds(stand: Stand | undefined, state: FileState | undefined, form: Form): Promise<boolean> {
  if (!stand || !state) return !stand && !state
  return blobId(state.bytes, stand.oid.length) === stand.oid || (await form(state.bytes)).oid === stand.oid
}

async function standOf(
  repository: Repository,
  path: string,
  {after, form}: {after: FileState; form: Form},
): Promise<Stand> {
  let oid: string | undefined
  const store = async () => (oid ??= await hashFile(repository, path, after.bytes))
  return {oid: await store(), bytes: async () => (await form(after.bytes)).bytes, store}
}

/** The name that git gives to bytes as they are. @param length of such a name here: 64 where it is SHA-256 */
function blobId(bytes: Uint8Array, length: number): string {
  const hash = process.getBuiltinModule('node:crypto').createHash(length === 64 ? 'sha256' : 'sha1')
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

async function mergeInto(
  stand: Stand,
  {before, after}: {before: {bytes: Buffer}; after: {bytes: Buffer}},
): Promise<Buffer | undefined> {
  const [base, mine, theirs] = [textOf(before.bytes), textOf(await stand.bytes()), textOf(after.bytes)]
  if (base === undefined || mine === undefined || theirs === undefined) return undefined
  const merged = mergeLines(base, mine, theirs)
  return merged === undefined ? undefined : Buffer.from(merged, 'utf8')
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decodeText(bytes, '')
  } catch (error) {
    if (error instanceof EditRefusal) return undefined
    throw error
  }
}

type Others = {stand: Stand | undefined; before: FileState | undefined; after: FileState | undefined}

function reasonForOthers({stand, before, after}: Others): string {
  if (!stand) return 'it was there before, and git does not have it yet'
  if (!before) return 'you had deleted it and not committed that'
  return after ? 'your own changes are not committed yet' : 'it held changes of yours that are not committed'
}

/** Only what vibe changed of the mode counts: a mode of the user's own is the user's to commit. */
async function modeOf(
  repository: Repository,
  was: Entry | undefined,
  changes: FileChanges['changes'],
): Promise<string> {
  const last = changes.at(-1)?.after?.mode
  const first = changes[0]?.before?.mode
  const executable = last !== undefined && (last & 0o100) !== 0
  const plain = was?.mode ?? '100644'
  const changed = was ? first !== undefined && last !== undefined && ((first ^ last) & 0o100) !== 0 : executable
  if (!changed || !(await keepsModes(repository))) return plain
  return executable ? '100755' : '100644'
}

async function keepsModes(repository: Repository): Promise<boolean> {
  if (process.platform === 'win32') return false
  const result = await repository.run(['config', '--type=bool', '--get', 'core.fileMode'])
  return result.stdout.toString('utf8').trim() !== 'false'
}
