import {mkdirSync, rmSync} from 'node:fs'
import type {DatabaseSync} from 'node:sqlite'
import {join} from 'node:path'

/** Raised when what is stored, the terms it is made of, or what is secret by its name change. */
const LAYOUT = 1
const BUSY_MS = 10_000

const TABLES = `
  CREATE TABLE IF NOT EXISTS document(id INTEGER PRIMARY KEY, path TEXT NOT NULL, size INTEGER NOT NULL, mtime REAL NOT NULL,
    ctime REAL NOT NULL, ino INTEGER NOT NULL, kind INTEGER NOT NULL, words INTEGER NOT NULL, names INTEGER NOT NULL, pathWords INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS segment(id INTEGER PRIMARY KEY, base INTEGER NOT NULL, documents INTEGER NOT NULL, bits INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS bucket(segment INTEGER NOT NULL, number INTEGER NOT NULL, sum INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY(segment, number)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS history(id INTEGER PRIMARY KEY, head TEXT NOT NULL, commits INTEGER NOT NULL, sum INTEGER NOT NULL, data BLOB NOT NULL);
`

export type Store = {
  database: DatabaseSync
  /** Where it is kept; undefined when it lives in memory only. */
  file?: string
  /** What a person should know: it was damaged, or cannot be kept. */
  notes: string[]
}

export function indexFile(folder: string): string {
  return join(folder, 'index.db')
}

/**
 * Opens the index of a project, or makes one. What is damaged or of another version is thrown away, since everything
 * in it can be found out again; where it cannot be written or locked, it is read into memory.
 * @param folder where the index is kept
 */
export function openStore(folder: string, notes: string[] = []): Store {
  const file = indexFile(folder)
  try {
    mkdirSync(folder, {recursive: true, mode: 0o700})
    return {database: openFile(file), file, notes}
  } catch (error) {
    if (isDamage(error)) {
      notes.push('The index was damaged and is built anew.')
      return reopen(folder, notes)
    }
    notes.push(notKept(folder, error))
    return {database: inMemory(file), notes}
  }
}

/** Throws a damaged index away and begins anew. */
export function resetStore(store: Store, folder: string, note?: string): Store {
  try {
    store.database.close()
  } catch {
    // It may be closed already; it is thrown away in any case.
  }
  const notes = note === undefined || store.notes.includes(note) ? store.notes : [...store.notes, note]
  return store.file === undefined ? {database: prepared(':memory:'), notes} : reopen(folder, notes)
}

function reopen(folder: string, notes: string[]): Store {
  const file = indexFile(folder)
  try {
    for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(file + ending, {force: true, recursive: true})
    return {database: openFile(file), file, notes}
  } catch (error) {
    notes.push(notKept(folder, error))
    return {database: prepared(':memory:'), notes}
  }
}

/** Goes on in memory with what was kept so far, when the disk is full, or another process holds the index and stands still. */
export function memoryStore(store: Store, folder: string, error: unknown): Store {
  store.database.close()
  return {database: inMemory(indexFile(folder)), notes: [...store.notes, notKept(folder, error)]}
}

/** SQLITE_BUSY, READONLY, IOERR, FULL and CANTOPEN. */
export function isUnwritable(error: unknown): boolean {
  return [5, 8, 10, 13, 14].includes(sqliteCode(error))
}

function sqliteCode(error: unknown): number {
  return typeof error === 'object' && error !== null && 'errcode' in error ? Number(error.errcode) & 0xff : 0
}

function notKept(folder: string, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error)
  return `The index cannot be kept in ${folder} (${reason}): it is used in memory only.`
}

/** SQLITE_CORRUPT and SQLITE_NOTADB, our own sums, and layouts of other versions. */
export function isDamage(error: unknown): boolean {
  if (error instanceof RangeError || error instanceof DamagedIndex) return true
  return [11, 26].includes(sqliteCode(error))
}

/** What was read is not what was written. */
export class DamagedIndex extends Error {
  override name = 'DamagedIndex'
}

function openFile(file: string): DatabaseSync {
  const database = openDatabase(file)
  try {
    // Counts for a new file only; without it what is joined would leave its old room behind.
    database.exec('PRAGMA auto_vacuum = INCREMENTAL')
    const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode']
    if (mode !== 'wal') throw new Error('the file system cannot lock files')
    prepare(database)
    // Only a write shows whether one is possible.
    database.exec('BEGIN IMMEDIATE; COMMIT')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function openDatabase(file: string): DatabaseSync {
  const sqlite = quietly(() => process.getBuiltinModule('node:sqlite'))
  return new sqlite.DatabaseSync(file, {timeout: BUSY_MS})
}

/** Node 22 calls SQLite experimental on standard error, which is no business of whoever searches. */
function quietly<Result>(work: () => Result): Result {
  const warn = process.emitWarning
  process.emitWarning = () => undefined
  try {
    return work()
  } finally {
    process.emitWarning = warn
  }
}

function prepared(file: string): DatabaseSync {
  const database = openDatabase(file)
  prepare(database)
  return database
}

function prepare(database: DatabaseSync): void {
  const layout = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
  if (layout !== LAYOUT) {
    for (const table of ['document', 'segment', 'bucket', 'history']) database.exec(`DROP TABLE IF EXISTS ${table}`)
  }
  database.exec(`PRAGMA synchronous = NORMAL; ${TABLES} PRAGMA user_version = ${LAYOUT}`)
}

/** A copy of what can be read of the file, which stays as it is. */
function inMemory(file: string): DatabaseSync {
  const database = prepared(':memory:')
  try {
    const url = process.getBuiltinModule('node:url').pathToFileURL(file)
    database.prepare('ATTACH ? AS kept').run(`${url.href}?mode=ro&immutable=1`)
    const layout = Number(database.prepare('PRAGMA kept.user_version').get()?.['user_version'])
    if (layout === LAYOUT) {
      for (const table of ['document', 'segment', 'bucket', 'history'])
        database.exec(`INSERT INTO main.${table} SELECT * FROM kept.${table}`)
    }
    database.exec('DETACH kept')
    return database
  } catch {
    database.close()
    return prepared(':memory:') // nothing to begin with: everything is read anew
  }
}
