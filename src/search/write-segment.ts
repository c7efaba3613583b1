import type {DatabaseSync, StatementSync} from 'node:sqlite'
import {crc32} from 'node:zlib'
import {dataVersion, loadDocuments, type Documents, type Stored} from './documents.ts'
import type {Document} from './read-document.ts'
import {bucketOf, type SegmentBuilder} from './segment.ts'
import {DamagedIndex, type Store} from './store.ts'

export type Batch = {documents: readonly Document[]; postings: SegmentBuilder}

/** Adds documents in one transaction; older versions of them, whoever wrote those, are replaced. */
export function writeBatch(store: Store, documents: Documents, batch: Batch): void {
  transaction(store, documents, () => {
    const added = insertSegment(store, batch)
    const older = added.flatMap(({path}) => documents.byPath.get(path) ?? [])
    removeRows(store, older)
    return () => {
      for (const document of added) documents.byPath.set(document.path, document)
      documents.slots = Math.max(documents.slots, ...added.slice(-1).map(({id}) => id + 1))
    }
  })
}

/** Forgets files that are gone. */
export function forget(store: Store, documents: Documents, paths: readonly string[]): void {
  if (paths.length === 0) return
  transaction(store, documents, () => {
    removeRows(
      store,
      paths.flatMap((path) => documents.byPath.get(path) ?? []),
    )
    return () => paths.forEach((path) => documents.byPath.delete(path))
  })
}

/** Runs `work` alone among all processes, on what the others have written; what it returns runs once that is kept. */
export function transaction(store: Store, documents: Documents, work: () => () => void): void {
  const {database} = store
  database.exec('BEGIN IMMEDIATE')
  try {
    refresh(store, documents)
    const after = work()
    database.exec('COMMIT')
    after()
    documents.tables = undefined
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

/** Runs `work` on one state of the index, whatever others write meanwhile. */
export function reading<Result>(store: Store, documents: Documents, work: () => Result): Result {
  const {database} = store
  database.exec('BEGIN')
  try {
    refresh(store, documents)
    return work()
  } finally {
    if (database.isTransaction) database.exec('ROLLBACK')
  }
}

/** Takes in what another process has written since. @returns whether there was something */
export function refresh(store: Store, documents: Documents): boolean {
  if (dataVersion(store.database) === documents.version) return false
  Object.assign(documents, loadDocuments(store.database))
  return true
}

export function insertSegment({database}: Store, {documents, postings}: Batch): Stored[] {
  const next = database.prepare('SELECT MAX(id) AS id, MAX(base + documents) AS base FROM segment').get()
  const [segment, base] = [Number(next?.['id'] ?? 0) + 1, Number(next?.['base'] ?? 0)]
  const bucket = database.prepare('INSERT INTO bucket VALUES (?, ?, ?, ?)')
  const bits = postings.finish((number, data) => void bucket.run(segment, number, crc32(data), data))
  database.prepare('INSERT INTO segment VALUES (?, ?, ?, ?)').run(segment, base, documents.length, bits)
  const insert = database.prepare('INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  return documents.map((document, index) => {
    const {path, stamp, kind, words, names, pathWords} = document
    const id = base + index
    insert.run(id, path, stamp.size, stamp.mtime, stamp.ctime, stamp.ino, kind, words, names, pathWords)
    return {id, path, stamp, kind, words, names, pathWords}
  })
}

export function removeRows({database}: Store, documents: readonly Stored[]): void {
  const remove = database.prepare('DELETE FROM document WHERE id = ?')
  for (const {id} of documents) remove.run(id)
}

export type Segment = {id: number; base: number; documents: number; bits: number}

export function segmentsOf({database}: Store): Segment[] {
  const rows = database.prepare('SELECT id, base, documents, bits FROM segment ORDER BY base').all()
  return rows.map((row) => ({
    id: Number(row['id']),
    base: Number(row['base']),
    documents: Number(row['documents']),
    bits: Number(row['bits']),
  }))
}

/** @throws DamagedIndex when its bytes are not those that were written */
export function checked(row: Record<string, unknown>): Uint8Array {
  const data = row['data']
  if (!(data instanceof Uint8Array) || crc32(data) !== Number(row['sum'])) throw new DamagedIndex('a sum is wrong')
  return data
}

const selects = new WeakMap<DatabaseSync, StatementSync>()

/** The bucket in which the term would be. */
export function bucketFor({database}: Store, segment: Segment, term: number): Uint8Array | undefined {
  const known = selects.get(database)
  const select = known ?? database.prepare('SELECT sum, data FROM bucket WHERE segment = ? AND number = ?')
  if (!known) selects.set(database, select)
  const row = select.get(segment.id, bucketOf(term, segment.bits))
  return row && checked(row)
}
