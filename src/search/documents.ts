import type {DatabaseSync} from 'node:sqlite'
import type {Document} from './read-document.ts'
import type {Tables} from './tables.ts'

export type Stored = Document & {id: number}

/** What is indexed, in memory: by path, and by number for scoring. */
export type Documents = {
  byPath: Map<string, Stored>
  /** The numbers that ids reach. */
  slots: number
  version: number
  /** Worked out when asked for; undefined after every change. */
  tables: Tables | undefined
}

export function loadDocuments(database: DatabaseSync): Documents {
  const version = dataVersion(database)
  const byPath = new Map<string, Stored>()
  let slots = 0
  for (const row of database.prepare('SELECT * FROM document').all()) {
    const number = (name: string) => Number(row[name])
    const stamp = {size: number('size'), mtime: number('mtime'), ctime: number('ctime'), ino: number('ino')}
    const path = String(row['path'])
    const id = number('id')
    const sizes = {kind: number('kind'), words: number('words'), names: number('names'), pathWords: number('pathWords')}
    byPath.set(path, {id, path, stamp, ...sizes})
    slots = Math.max(slots, id + 1)
  }
  return {byPath, slots, version, tables: undefined}
}

/** Changes whenever another connection has written. */
export function dataVersion(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA data_version').get()?.['data_version'])
}
