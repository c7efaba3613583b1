import {lstatSync} from 'node:fs'
import {join} from 'node:path'
import {setImmediate} from 'node:timers/promises'
import {listProjectFiles} from '../git/project-files.ts'
import type {Environment} from '../paths.ts'
import {protectionOf} from '../permissions/protection.ts'
import {compact} from './compact.ts'
import type {Documents} from './documents.ts'
import {readDocument, sameStamp, stampOf, type Document} from './read-document.ts'
import {createSegmentBuilder} from './segment.ts'
import type {Store} from './store.ts'
import {createTermCounter} from './term-counter.ts'
import {forget, refresh, writeBatch} from './write-segment.ts'

const BATCH_POSTINGS = 2_000_000
const BATCH_FILES = 5000
const BREATH_MS = 100

export type Project = {
  /** Real path of its root. */
  root: string
  env: Environment
}

export type UpdateOptions = {
  project: Project
  signal: AbortSignal
  /** How many of the changed files are read, and how many there are. */
  onProgress: (done: number, total: number) => void
}

/** `listed`: files of the project; `skipped`: those that are links, not to be read, or secret by their name. */
export type UpdateReport = {listed: number; changed: number; removed: number; skipped: number; partial: boolean}

/** Looks at every file of the project and reads those that changed. Each batch is kept as soon as it is read. */
export async function updateIndex(store: Store, documents: Documents, options: UpdateOptions): Promise<UpdateReport> {
  const {project, signal} = options
  const walk = await listProjectFiles(
    {root: project.root, folder: project.root, inside: true, env: project.env},
    signal,
  )
  signal.throwIfAborted()
  refresh(store, documents)
  const {present, changed} = sweep(project.root, walk.files, documents)
  const gone = walk.partial ? [] : Array.from(documents.byPath.keys()).filter((path) => !present.has(path))
  forget(store, documents, gone)
  const unread = await readAll(store, documents, {...options, changed})
  if (changed.length + gone.length > 0) compact(store, documents)
  return {
    listed: walk.files.length,
    changed: changed.length - unread,
    removed: gone.length,
    skipped: walk.files.length - present.size + unread,
    partial: walk.partial,
  }
}

function sweep(root: string, files: readonly string[], documents: Documents) {
  const present = new Set<string>()
  const changed: string[] = []
  const folders = new Map<string, boolean>([['', true]])
  for (const path of files) {
    if (!isRealFolder(root, path.slice(0, Math.max(0, path.lastIndexOf('/'))), folders)) continue
    const known = documents.byPath.get(path)
    // Judging a name takes longer than looking at the file, and a secret is never known.
    if (!known && protectionOf(path)?.level === 'secret') continue
    const stats = lstatSync(join(root, path), {throwIfNoEntry: false})
    if (!stats?.isFile()) continue
    present.add(path)
    if (!known || !sameStamp(known.stamp, stampOf(stats))) changed.push(path)
  }
  return {present, changed}
}

/** A folder that was swapped for a link leads elsewhere. */
function isRealFolder(root: string, folder: string, known: Map<string, boolean>): boolean {
  const before = known.get(folder)
  if (before !== undefined) return before
  const parent = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))
  const stats = isRealFolder(root, parent, known) ? lookAt(join(root, folder)) : undefined
  const real = stats?.isDirectory() === true
  known.set(folder, real)
  return real
}

function lookAt(path: string) {
  try {
    return lstatSync(path, {throwIfNoEntry: false})
  } catch {
    return undefined // a folder that may not be entered has nothing to search
  }
}

/** @returns how many could not be read */
async function readAll(store: Store, documents: Documents, options: UpdateOptions & {changed: readonly string[]}) {
  const {project, signal, onProgress, changed} = options
  const counter = createTermCounter()
  let batch: Document[] = []
  let postings = createSegmentBuilder()
  let unread = 0
  let breath = performance.now()
  const keep = () => {
    if (batch.length > 0) writeBatch(store, documents, {documents: batch, postings})
    batch = []
    postings = createSegmentBuilder()
  }
  for (const [index, path] of changed.entries()) {
    const document = readDocument(join(project.root, path), path, counter)
    const number = batch.length
    counter.drain((term, count) => document && postings.add(term, number, count))
    if (document) batch.push(document)
    else unread += 1
    if (batch.length >= BATCH_FILES || postings.size() >= BATCH_POSTINGS) keep()
    if (performance.now() - breath < BREATH_MS) continue
    onProgress(index + 1, changed.length)
    await setImmediate()
    signal.throwIfAborted()
    breath = performance.now()
  }
  keep()
  return unread
}
