import {join} from 'node:path'
import type {Documents, Stored} from './documents.ts'
import type {History} from './history.ts'
import {KINDS} from './kinds.ts'
import {bestPassage, type Line, type Passage, type Wanted} from './passages.ts'
import {parseQuery} from './query.ts'
import {searchableBytes} from './read-document.ts'
import {gatherSignals} from './signals.ts'
import type {Store} from './store.ts'
import {beginningsOf} from './terms.ts'
import {WEIGHTS, type Weights} from './weights.ts'

/** So many files are read to find the passage that answers; more cost time and change little. */
const READ = 30

export type Hit = {path: string; score: number; lines: Line[]}

export type Asked = {
  text: string
  /** How many files. */
  count: number
  /** Real path of the project's root. */
  root: string
  history: History
  weights?: Weights
}

/** @returns the files that answer best, best first; the same question always has the same answer */
export function rank(store: Store, documents: Documents, asked: Asked): Hit[] {
  const {candidates, rarity} = firstLook(store, documents, asked)
  const wanted = {beginnings: beginningsOf(asked.text), rarity}
  const read = candidates.map((one) => withPassage(one, asked.root, wanted))
  const most = Math.max(...read.map(({passage}) => passage.score), 1e-9)
  const weights = asked.weights ?? WEIGHTS
  return read
    .map(({passage, ...one}) => {
      const sum = one.sum + weights.passage * (passage.score / most)
      return {path: one.document.path, score: total({...one, sum}, weights), lines: passage.lines}
    })
    .sort((a, b) => b.score - a.score || compare(a.path, b.path))
    .slice(0, asked.count)
    .map((hit) => ({...hit, score: Math.round(hit.score * 1000) / 1000}))
}

type Candidate = Sum & {first: number}
type Sum = {document: Stored; sum: number; mention: number}

function firstLook(store: Store, documents: Documents, {text, history, count, weights = WEIGHTS}: Asked) {
  const {signals, alive, rarity} = gatherSignals(store, documents, {query: parseQuery(text), history})
  const {churn, mention, ...others} = signals
  const sums = new Float64Array(alive.length)
  for (const [name, values] of Object.entries(others)) add(sums, values, weights[name as keyof typeof others])
  const wanted = Math.max(READ, count)
  const candidates: Candidate[] = []
  for (const document of alive) {
    const sum = sums[document?.id ?? -1] ?? 0
    const named = mention[document?.id ?? -1] ?? 0
    // Changing often is no answer by itself.
    if (!document || sum + named === 0) continue
    const often = weights.churn * (churn[document.id] ?? 0)
    const one = {document, sum: sum + often, mention: weights.mention * named}
    insert(candidates, {...one, first: total(one, weights)}, wanted)
  }
  return {candidates, rarity}
}

function add(sums: Float64Array, values: Float64Array, weight: number): void {
  for (let id = 0; id < sums.length; id++) sums[id] = (sums[id] ?? 0) + weight * (values[id] ?? 0)
}

/** Keeps the best in order; most files are worse than the last of them. */
function insert(best: Candidate[], one: Candidate, most: number): void {
  const last = best.at(-1)
  if (best.length === most && last && before(last, one)) return
  let at = best.length
  for (let other = best[at - 1]; other && before(one, other); other = best[at - 1]) at--
  best.splice(at, 0, one)
  if (best.length > most) best.pop()
}

function before(one: Candidate, other: Candidate): boolean {
  return one.first > other.first || (one.first === other.first && one.document.path < other.document.path)
}

/** Whoever names a file means it, whatever kind it is. */
function total({document, sum, mention}: Sum, {kinds}: Weights): number {
  return sum * kinds[KINDS[document.kind] ?? 'source'] + mention
}

function withPassage(one: Candidate, root: string, wanted: Wanted): Candidate & {passage: Passage} {
  const bytes = searchableBytes(join(root, one.document.path))
  return {...one, passage: bytes ? bestPassage(bytes, wanted) : {score: 0, lines: []}}
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
