import {existsSync} from 'node:fs'
import {readHistory} from '../../edits/journal/history.ts'
import {journalPlace} from '../../edits/journal/store.ts'
import {VibeError} from '../../errors.ts'
import {readHead, underWay} from '../../git/head.ts'
import {moveHead} from '../../git/move-head.ts'
import {nameOfText} from '../../git/names.ts'
import {publishedIn} from '../../git/published.ts'
import {openRepository, type Asking, type Repository} from '../../git/repository.ts'
import type {TreeEdit} from '../../git/tree-edits.ts'
import {markRecord, readRecords, type CommitRecord, type Project} from './records.ts'

/** What became of a commit of vibe's whose changes were taken back, or brought back. */
export type CommitNote = {
  commit: string
  outcome: 'taken-back' | 'stays' | 'brought-back' | 'not-brought-back'
  /** Of what did not happen. */
  reason?: string
  hint?: string
}

export type Following = {
  project: Project
  /** The journal's entries that are taken back, or brought back. */
  of: readonly string[]
  /** The undo's own entry; absent in a preview: then nothing is moved. */
  entry: string | undefined
  asking: Asking
}

/**
 * Takes vibe's own commits of changes that are taken back from their branches: the latest ones, that nobody else can have
 * seen. Every other one stays and is said.
 */
export async function followUndo(following: Following): Promise<CommitNote[]> {
  const {project, of} = following
  const concerned = readRecords(project)
    .filter(({undoneBy, entries}) => undoneBy === undefined && entries.some((id) => of.includes(id)))
    .reverse()
  if (concerned.length === 0) return []
  const undone = new Set([...of, ...(await undoneEntries(project))])
  const heads = new Map<string, string | undefined>()
  const notes: CommitNote[] = []
  for (const record of concerned) {
    const whole = record.entries.every((id) => undone.has(id))
    const reason = whole ? await leave(record, {following, heads}) : 'only a part of it was taken back'
    notes.push(reason === undefined ? {commit: record.commit, outcome: 'taken-back'} : stays(record, reason))
  }
  return notes
}

function stays({commit}: CommitRecord, reason: string): CommitNote {
  return {commit, outcome: 'stays', reason, hint: `git revert ${commit.slice(0, 10)}`}
}

async function undoneEntries({root, data}: Project): Promise<string[]> {
  const {steps} = await readHistory(journalPlace(data, root))
  return steps.flatMap(({state, entries}) => (state === 'undone' ? entries.map(({id}) => id) : []))
}

/** @property heads where each repository's HEAD would be by now, in a preview */
type Leaving = {following: Following; heads: Map<string, string | undefined>}

/** @returns why the commit stays */
async function leave(record: CommitRecord, {following, heads}: Leaving): Promise<string | undefined> {
  const {project, entry, asking} = following
  const {commit, parent, repository: root} = record
  return orReason(async () => {
    const repository = await openedAt(root, asking)
    if (typeof repository === 'string') return repository
    const head = heads.has(root) ? heads.get(root) : (await readHead(repository)).commit
    if (head !== commit) return 'it is not the latest commit here any more'
    const published = await publishedIn(repository, commit)
    if (published !== undefined) return `it is in ${published} already`
    heads.set(root, parent)
    if (entry === undefined) return undefined
    const edits = editsOf(record).map(({name, was, becomes}) => ({name, was: becomes, becomes: was}))
    await moveHead(repository, {from: commit, to: parent, edits, why: `undo: ${commit.slice(0, 10)}`})
    await markRecord(project, {commit, undo: entry}, asking.signal)
    return undefined
  })
}

/** Puts commits that an undo took away back on their branches, where these still stand as the undo left them. */
export async function followRedo(following: Following): Promise<CommitNote[]> {
  const {project, of} = following
  const concerned = readRecords(project).filter(
    ({undoneBy, entries}) => undoneBy !== undefined && entries.some((id) => of.includes(id)),
  )
  if (concerned.length === 0) return []
  const undone = new Set((await undoneEntries(project)).filter((id) => !of.includes(id)))
  const heads = new Map<string, string | undefined>()
  const notes: CommitNote[] = []
  for (const record of concerned) {
    const {commit, entries} = record
    const part = entries.some((id) => undone.has(id))
    const reason = part ? 'only a part of it was brought back' : await bringBack(record, {following, heads})
    if (reason === undefined) notes.push({commit, outcome: 'brought-back'})
    else notes.push({commit, outcome: 'not-brought-back', reason, hint: 'vibe commit'})
  }
  return notes
}

/** @returns why the commit is not brought back */
async function bringBack(record: CommitRecord, {following, heads}: Leaving): Promise<string | undefined> {
  const {project, entry, asking} = following
  const {commit, parent, repository: root} = record
  return orReason(async () => {
    const repository = await openedAt(root, asking)
    if (typeof repository === 'string') return repository
    const head = heads.has(root) ? heads.get(root) : (await readHead(repository)).commit
    if (head !== parent) return 'the branch has moved since'
    if ((await repository.run(['cat-file', '-e', commit])).state !== 'done') return 'git has cleaned it away'
    heads.set(root, commit)
    if (entry === undefined) return undefined
    await moveHead(repository, {from: parent, to: commit, edits: editsOf(record), why: `redo: ${commit.slice(0, 10)}`})
    await markRecord(project, {commit, undo: undefined}, asking.signal)
    return undefined
  })
}

async function openedAt(root: string, asking: Asking): Promise<Repository | string> {
  if (!existsSync(root)) return 'its repository is gone'
  const opened = await openRepository(root, asking)
  if ('none' in opened) return opened.reason.replace(/\.$/, '')
  // A repository around it is another one.
  if (opened.repository.root !== root) return 'its repository is gone'
  const what = underWay(opened.repository)
  return what === undefined ? opened.repository : `a ${what} is under way`
}

/** The files are taken back by now, whatever git says. */
async function orReason(work: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof VibeError) return error.message.replace(/\.$/, '')
    throw error
  }
}

function editsOf({files}: CommitRecord): TreeEdit[] {
  return files.map(({path, was, becomes}) => ({name: nameOfText(path), was, becomes}))
}
