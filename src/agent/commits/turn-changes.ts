import {existsSync} from 'node:fs'
import {dirname, join, relative, sep} from 'node:path'
import {entryIds, entryPath, journalPlace, readEntry} from '../../edits/journal/store.ts'
import type {Entry} from '../../edits/journal/entry.ts'
import type {LeftOut} from '../../git/prepare.ts'
import {openRepository, type Asking, type Repository} from '../../git/repository.ts'
import {isInside} from '../../permissions/paths.ts'
import type {FileChanges} from './own-changes.ts'
import type {Project} from './records.ts'

/** Which changes: those of one turn that came after a moment. */
export type Turn = {
  session: string
  turn: number
  /** Milliseconds since 1970, not later than the first of them. */
  since: number
}

/** What vibe changed in one repository, with the entries of the journal it is from. */
export type RepositoryChanges = {repository: Repository; files: FileChanges[]; entries: string[]}

export type Gathered = {
  repositories: RepositoryChanges[]
  /** Absolute paths. */
  leftOut: LeftOut[]
}

/** The changes of a turn as the journal has them, oldest first. */
export async function turnEntries({root, data}: Project, {session, turn, since}: Turn): Promise<Entry[]> {
  const place = journalPlace(data, root)
  const first = since.toString(36).padStart(9, '0')
  const ids = (await entryIds(place)).filter((id) => id >= first)
  const entries = await Promise.all(ids.map((id) => readEntry(entryPath(place, id))))
  return entries.filter(
    (entry): entry is Entry =>
      entry !== undefined &&
      (entry.label.kind === 'change' || entry.label.kind === 'command') &&
      entry.label.session === session &&
      entry.label.turn === turn,
  )
}

/** Sorts changes by the repository that each file belongs to: a file of a submodule is the submodule's. */
export async function gatherChanges(root: string, entries: readonly Entry[], asking: Asking): Promise<Gathered> {
  const open = opener(asking)
  const groups = new Map<string, RepositoryChanges & {byPath: Map<string, FileChanges>}>()
  const leftOut = new Map<string, string>()
  for (const {id, changes} of entries) {
    for (const {path, before, after} of changes) {
      const found = await open(dirname(path))
      const reason = 'reason' in found ? found.reason : outsideOf(root, found.repository)
      if ('reason' in found || reason !== undefined) leftOut.set(path, reason ?? '')
      else addChange(groups, {repository: found.repository, id, path, change: {before, after}})
    }
  }
  const repositories = [...groups.values()].map(({repository, byPath, entries: ids}) => ({
    repository,
    files: [...byPath.values()],
    entries: ids,
  }))
  return {repositories, leftOut: [...leftOut].map(([path, reason]) => ({path, reason}))}
}

type Groups = Map<string, RepositoryChanges & {byPath: Map<string, FileChanges>}>
type Adding = {repository: Repository; id: string; path: string; change: FileChanges['changes'][number]}

function addChange(groups: Groups, {repository, id, path, change}: Adding): void {
  const group = groups.get(repository.root) ?? newGroup(repository)
  groups.set(repository.root, group)
  if (group.entries.at(-1) !== id) group.entries.push(id)
  const name = relative(repository.root, path).replaceAll(sep, '/')
  group.byPath.set(name, {path: name, changes: [...(group.byPath.get(name)?.changes ?? []), change]})
}

function newGroup(repository: Repository): RepositoryChanges & {byPath: Map<string, FileChanges>} {
  return {repository, files: [], entries: [], byPath: new Map()}
}

/** The project's own repository, or one inside the project; what lies elsewhere is not committed without its user. */
function outsideOf(root: string, repository: Repository): string | undefined {
  return isInside(repository.root, root) || isInside(root, repository.root)
    ? undefined
    : 'its repository is outside of this project'
}

type Found = {repository: Repository} | {reason: string}

/** Opens each repository once. */
function opener(asking: Asking): (folder: string) => Promise<Found> {
  const known = new Map<string, Promise<Found>>()
  return (folder) => {
    const place = nearestWithGit(folder)
    if (place === undefined) return Promise.resolve({reason: 'it is in no git repository'})
    const opening = known.get(place) ?? find(place, asking)
    known.set(place, opening)
    return opening
  }
}

async function find(place: string, asking: Asking): Promise<Found> {
  const opened = await openRepository(place, asking)
  return 'none' in opened ? {reason: opened.reason} : opened
}

/** Not the folder itself: it may be gone with its last file. */
function nearestWithGit(folder: string): string | undefined {
  for (let place = folder; ; place = dirname(place)) {
    if (existsSync(join(place, '.git'))) return place
    if (dirname(place) === place) return undefined
  }
}
