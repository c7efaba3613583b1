import type {Documents, Stored} from './documents.ts'
import type {History} from './history.ts'
import type {Query} from './query.ts'
import {readPostings} from './segment.ts'
import type {Store} from './store.ts'
import {bucketFor, segmentsOf, type Segment} from './write-segment.ts'

const K1 = 1.2
const B = 0.6

/** What speaks for each document, by its number; every list lies between 0 and 1. */
export type Signals = Record<
  'text' | 'path' | 'name' | 'definition' | 'stem' | 'mention' | 'history' | 'churn',
  Float64Array
>

export type Found = {signals: Signals; alive: ReadonlyArray<Stored | undefined>; rarity: Map<number, number>}

/** Reads the lists of the query's terms. @throws DamagedIndex, RangeError */
export function gatherSignals(store: Store, documents: Documents, from: {query: Query; history: History}): Found {
  const scan = scanOf(store, documents)
  const rarity = new Map<number, number>()
  const {query, history} = from
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
  const signals = {
    text,
    path,
    name,
    definition,
    stem,
    mention: mentioned(scan, query.paths),
    ...past(scan, query, history),
  }
  return {signals, alive: scan.alive, rarity}
}

type Scan = {
  store: Store
  segments: Segment[]
  alive: Array<Stored | undefined>
  count: number
  byPath: Documents['byPath']
}
type Sums = {scores: Float64Array; lengths: Float64Array}

function scanOf(store: Store, documents: Documents): Scan {
  const alive: Array<Stored | undefined> = Array.from({length: documents.slots})
  for (const document of documents.byPath.values()) alive[document.id] = document
  return {store, segments: segmentsOf(store), alive, count: documents.byPath.size, byPath: documents.byPath}
}

/** Long documents have more of everything: what counts is how long one is beside the others. */
function sumsOf({alive, count}: Scan, field: 'words' | 'names' | 'pathWords'): Sums {
  let total = 0
  for (const document of alive) total += document?.[field] ?? 0
  const mean = total / Math.max(1, count) || 1
  const lengths = Float64Array.from(alive, (document) => K1 * (1 - B + (B * (document?.[field] ?? 0)) / mean))
  return {scores: new Float64Array(alive.length), lengths}
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
const HALF_LIFE = 300

/** Files that were changed under messages like this one, and files that change often. */
function past({alive, byPath}: Scan, query: Query, {commits, byTerm}: History) {
  const history = new Float64Array(alive.length)
  const churn = new Float64Array(alive.length)
  const add = (scores: Float64Array, file: string, value: number) => {
    const id = byPath.get(file)?.id
    if (id !== undefined) scores[id] = (scores[id] ?? 0) + value
  }
  commits.forEach(({files}, index) => {
    const value = 0.5 ** (index / HALF_LIFE) / files.length
    for (const file of files) add(churn, file, value)
  })
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
    const files = commits[commit]?.files ?? []
    for (const file of files) add(history, file, value ** 2 / Math.sqrt(files.length))
  }
  return {history: scaled(history), churn: scaled(churn).map(Math.sqrt)}
}

function scaled(scores: Float64Array): Float64Array {
  let most = 0
  for (const score of scores) most = Math.max(most, score)
  return most === 0 ? scores : scores.map((score) => score / most)
}
