import type {Documents, Stored} from './documents.ts'
import {createSegmentBuilder, readBucket} from './segment.ts'
import type {Store} from './store.ts'
import {checked, insertSegment, removeRows, segmentsOf, transaction, type Segment} from './write-segment.ts'

const MOST_SEGMENTS = 12
const SMALL = 1000
const MOST_DEAD = 0.25

/** Joins small segments, and those of which much was replaced, so that a query always reads few lists. */
export function compact(store: Store, documents: Documents): void {
  if (due(store, documents).length === 0) return
  transaction(store, documents, () => {
    const joined = due(store, documents)
    const {live, postings} = gather(store, documents, joined)
    removeRows(store, live)
    const moved = live.length === 0 ? [] : insertSegment(store, {documents: live, postings})
    for (const {id} of joined) {
      store.database.prepare('DELETE FROM bucket WHERE segment = ?').run(id)
      store.database.prepare('DELETE FROM segment WHERE id = ?').run(id)
    }
    return () => {
      for (const document of moved) documents.byPath.set(document.path, document)
      documents.slots = Math.max(documents.slots, ...moved.slice(-1).map(({id}) => id + 1))
    }
  })
  store.database.exec('PRAGMA incremental_vacuum')
}

function due(store: Store, documents: Documents): Segment[] {
  const segments = segmentsOf(store)
  const alive = aliveIn(segments, documents)
  const worn = segments.filter(({id, documents: all}) => (alive.get(id) ?? 0) < all * (1 - MOST_DEAD))
  const small = segments.filter((segment) => segment.documents < SMALL)
  const joined = new Set([...(small.length > MOST_SEGMENTS ? small : []), ...worn])
  return segments.filter((segment) => joined.has(segment))
}

function aliveIn(segments: readonly Segment[], documents: Documents): Map<number, number> {
  const alive = new Map<number, number>()
  for (const {id} of documents.byPath.values()) {
    const segment = segments.find(({base, documents: all}) => id >= base && id < base + all)
    if (segment) alive.set(segment.id, (alive.get(segment.id) ?? 0) + 1)
  }
  return alive
}

function gather(store: Store, documents: Documents, segments: readonly Segment[]) {
  const byId = new Map(Array.from(documents.byPath.values(), (document) => [document.id, document]))
  const live: Stored[] = []
  const postings = createSegmentBuilder()
  for (const segment of segments) {
    const numbers = new Map<number, number>()
    for (let index = 0; index < segment.documents; index++) {
      const document = byId.get(segment.base + index)
      if (!document) continue
      numbers.set(index, live.length)
      live.push(document)
    }
    const buckets = store.database.prepare('SELECT sum, data FROM bucket WHERE segment = ? ORDER BY number')
    for (const row of buckets.all(segment.id))
      readBucket(checked(row), (term, document, count) => {
        const number = numbers.get(document)
        if (number !== undefined) postings.add(term, number, count)
      })
  }
  return {live, postings}
}
