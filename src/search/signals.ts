import type {Documents, Stored} from './documents.ts'
import type {History} from './history.ts'
import type {Query} from './query.ts'
import {readPostings} from './segment.ts'
import type {Store} from './store.ts'
import {K1, scaled, tablesOf, type Field, type Tables} from './tables.ts'
import {bucketFor, segmentsOf, type Segment} from './write-segment.ts'

/** What speaks for each document, by its number; every list lies between 0 and 1. */
export type Signals = Record<
  'text' | 'path' | 'name' | 'definition' | 'stem' | 'mention' | 'history' | 'churn',
  Float64Array
>

export type Found = {signals: Signals; alive: ReadonlyArray<Stored | undefined>; rarity: Map<number, number>}

/** Reads the lists of the query's terms. @throws DamagedIndex, RangeError */
export function gatherSignals(store: Store, documents: Documents, from: {query: Query; history: History}): Found {
  const {query, history} = from
  const scan = scanOf(store, documents, history)
  const rarity = new Map<number, number>()
  const weigh = (sums: Sums, pick: 'text' | 'path' | 'name') => {
    for (const term of query.terms) {
      const idf = addTerm(scan, sums, {hash: term[pick], weight: term.weight})
      if (pick === 'text') rarity.set(term.text, idf * term.weight)
    }
    return scaled(sums.scores)
  }
  const text = weigh(sumsOf(scan, 'words'), 'text')
  const path = weigh(sumsOf(scan, 'pathWords'), 'path')
  const name = weigh(sumsOf(scan, 'names'), 'name')
  const definition = exact(
    scan,
    query.names.map(({definition: hash, weight}) => ({hash, weight})),
  )
  const stem = exact(
    scan,
    query.names.map(({stem: hash, weight}) => ({hash, weight})),
  )
  const mention = mentioned(scan, query.paths)
  const signals = {text, path, name, definition, stem, mention, ...past(scan, {query, history, mention})}
  return {signals, alive: scan.alive, rarity}
}

type Scan = {
  store: Store
  segments: Segment[]
  tables: Tables
  alive: ReadonlyArray<Stored | undefined>
  count: number
  byPath: Documents['byPath']
}
type Sums = {scores: Float64Array; lengths: Float64Array}

function scanOf(store: Store, documents: Documents, history: History): Scan {
  const tables = tablesOf(documents, history)
  const {alive} = tables
  return {store, segments: segmentsOf(store), tables, alive, count: documents.byPath.size, byPath: documents.byPath}
}

function sumsOf({tables}: Scan, field: Field): Sums {
  const lengths = tables.lengths[field]
  return {scores: new Float64Array(lengths.length), lengths}
}

type Term = {hash: number; weight: number}

/** Adds BM25 of one term. @returns how rare it is */
function addTerm(scan: Scan, {scores, lengths}: Sums, {hash, weight}: Term): number {
  const places: number[] = []
  eachPosting(scan, hash, (id, count) => places.push(id, count))
  const frequency = places.length / 2
  const idf = Math.log(1 + Math.max(0, scan.count - frequency + 0.5) / (frequency + 0.5))
  for (let at = 0; at < places.length; at += 2) {
    const id = places[at] ?? 0
    const count = places[at + 1] ?? 0
    scores[id] = (scores[id] ?? 0) + (weight * idf * count * (K1 + 1)) / (count + (lengths[id] ?? 0))
  }
  return idf
}

function eachPosting({store, segments, alive}: Scan, hash: number, use: (id: number, count: number) => void): void {
  for (const segment of segments) {
    const bucket = bucketFor(store, segment, hash)
    if (!bucket) continue
    readPostings(bucket, hash, (document, count) => {
      const id = segment.base + document
      if (alive[id]) use(id, count)
    })
  }
}

/** A name that one file has says which file is meant; one that many have says nothing. */
function exact(scan: Scan, names: readonly Term[]): Float64Array {
  const scores = new Float64Array(scan.alive.length)
  for (const {hash, weight} of names) {
    const places: number[] = []
    eachPosting(scan, hash, (id) => places.push(id))
    for (const id of places) scores[id] = Math.min(1, (scores[id] ?? 0) + weight / Math.sqrt(places.length))
  }
  return scores
}

function mentioned({alive, byPath}: Scan, paths: readonly string[]): Float64Array {
  const scores = new Float64Array(alive.length)
  if (paths.length === 0) return scores
  const found = paths.map((path) => ({path, end: `/${path}`, ids: [] as number[]}))
  for (const {path, id} of byPath.values())
    for (const one of found) if (path === one.path || path.endsWith(one.end)) one.ids.push(id)
  for (const {ids} of found) for (const id of ids) scores[id] = Math.max(scores[id] ?? 0, 1 / Math.sqrt(ids.length))
  return scores
}

const BEST_COMMITS = 60
/** A name that at most four files have. */
const MEANT = 0.5
const TOGETHER = 0.6

type Asked = {query: Query; history: History; mention: Float64Array}

/** Files that were changed under messages like this one, and files that change often. */
function past({tables}: Scan, {query, history: {commits, byTerm}, mention}: Asked) {
  const history = new Float64Array(tables.alive.length)
  const likeness = new Map<number, number>()
  for (const {text, weight} of query.terms) {
    const list = byTerm.get(text) ?? []
    const idf = Math.log(1 + (commits.length - list.length + 0.5) / (list.length + 0.5))
    for (const commit of list) {
      const length = Math.sqrt(4 + (commits[commit]?.words ?? 0))
      likeness.set(commit, (likeness.get(commit) ?? 0) + (weight * idf) / length)
    }
  }
  const best = Array.from(likeness).sort(([a, x], [b, y]) => y - x || a - b)
  for (const [commit, value] of best.slice(0, BEST_COMMITS)) {
    const share = value ** 2 / Math.sqrt(commits[commit]?.files.length ?? 1)
    for (const id of tables.committed[commit] ?? []) history[id] = (history[id] ?? 0) + share
  }
  scaled(history)
  const together = changedTogether(tables, mention)
  for (let id = 0; id < history.length; id++) history[id] = Math.max(history[id] ?? 0, TOGETHER * (together[id] ?? 0))
  return {history, churn: tables.churn}
}

/** Files that were committed with those that the question names. */
function changedTogether({committed}: Tables, mention: Float64Array): Float64Array {
  const together = new Float64Array(mention.length)
  if (!mention.some((value) => value >= MEANT)) return together
  for (const ids of committed) {
    const named = Math.max(0, ...ids.map((id) => mention[id] ?? 0))
    if (named < MEANT) continue
    for (const id of ids) together[id] = (together[id] ?? 0) + named / ids.length
  }
  return scaled(together)
}
