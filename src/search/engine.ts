import {loadDocuments, type Documents} from './documents.ts'
import {indexFolder} from './engine-folder.ts'
import {keptCommits, NO_HISTORY, readHistory, type History} from './history.ts'
import {rank, type Hit} from './rank.ts'
import {reading} from './write-segment.ts'
import {isDamage, isUnwritable, memoryStore, openStore, resetStore, type Store} from './store.ts'
import {updateIndex, type Project, type UpdateOptions, type UpdateReport} from './update.ts'

/** The index of one project, opened. Everything in it blocks: it belongs into a thread of its own. */
export type Engine = {store: Store; documents: Documents; history: History; folder: string; project: Project}

export function openEngine(cache: string, project: Project): Engine {
  const folder = indexFolder(cache, project.root)
  let store = openStore(folder)
  try {
    return {store, documents: loadDocuments(store.database), history: NO_HISTORY, folder, project}
  } catch (error) {
    if (!isDamage(error)) throw error
    store = resetStore(store, folder, DAMAGED)
    return {store, documents: loadDocuments(store.database), history: NO_HISTORY, folder, project}
  }
}

const DAMAGED = 'The index was damaged and is built anew.'

/** Begins anew, as after a first start. */
export function clearEngine(engine: Engine, note?: string): void {
  engine.store = resetStore(engine.store, engine.folder, note)
  engine.documents = loadDocuments(engine.store.database)
  engine.history = NO_HISTORY
}

export type UpdateEngine = Omit<UpdateOptions, 'project'>

/** Brings it up to what lies on the disk. What is found damaged is built anew, once. */
export async function updateEngine(engine: Engine, options: UpdateEngine): Promise<UpdateReport> {
  return mending(engine, async () => {
    const {project} = engine
    const report = await updateIndex(engine.store, engine.documents, {...options, project})
    engine.history = await readHistory(engine.store, engine.history, {project, signal: options.signal})
    return report
  })
}

export type Question = {text: string; count: number}

export async function searchEngine(engine: Engine, question: Question, update: UpdateEngine): Promise<Hit[]> {
  const ask = () => {
    const {store, documents, history, project} = engine
    return reading(store, documents, () => rank(store, documents, {...question, root: project.root, history}))
  }
  try {
    return ask()
  } catch (error) {
    if (!isDamage(error)) throw error
    clearEngine(engine, DAMAGED)
    await updateEngine(engine, update)
    return ask()
  }
}

async function mending<Result>(engine: Engine, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (isDamage(error)) clearEngine(engine, DAMAGED)
    else if (isUnwritable(error) && engine.store.file !== undefined) useMemory(engine, error)
    else throw error
    return work()
  }
}

function useMemory(engine: Engine, error: unknown): void {
  engine.store = memoryStore(engine.store, engine.folder, error)
  engine.documents = loadDocuments(engine.store.database)
}

export type EngineStatus = {
  files: number
  /** Of the index on the disk; absent when it is in memory only. */
  bytes?: number
  sourceBytes: number
  commits: number
  folder: string
  notes: string[]
}

export function engineStatus({store, documents, history, folder}: Engine): EngineStatus {
  const pages = store.database
    .prepare('SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size')
    .get()
  let sourceBytes = 0
  for (const {stamp} of documents.byPath.values()) sourceBytes += stamp.size
  return {
    files: documents.byPath.size,
    folder,
    ...(store.file !== undefined && {bytes: Number(pages?.['bytes'] ?? 0)}),
    sourceBytes,
    commits: history.commits.length || keptCommits(store),
    notes: store.notes,
  }
}
