import {join} from 'node:path'
import type {Documents, Stored} from './documents.ts'
import type {History} from './history.ts'
import {KINDS} from './kinds.ts'
import {bestPassage, type Line, type Passage} from './passages.ts'
import {parseQuery} from './query.ts'
import {searchableBytes} from './read-document.ts'
import {gatherSignals, type Signals} from './signals.ts'
import type {Store} from './store.ts'
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
  const read = candidates.slice(0, Math.max(READ, asked.count)).map((one) => withPassage(one, asked.root, rarity))
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

type Candidate = {document: Stored; sum: number; mention: number}

function firstLook(store: Store, documents: Documents, {text, history, weights = WEIGHTS}: Asked) {
  const {signals, alive, rarity} = gatherSignals(store, documents, {query: parseQuery(text), history})
  const candidates: Candidate[] = []
  for (const document of alive) {
    if (!document || !speaksFor(signals, document.id)) continue
    candidates.push(weighed(document, signals, weights))
  }
  candidates.sort((a, b) => total(b, weights) - total(a, weights) || compare(a.document.path, b.document.path))
  return {candidates, rarity}
}

/** Changing often is no answer by itself. */
function speaksFor(signals: Signals, id: number): boolean {
  return Object.entries(signals).some(([name, values]) => name !== 'churn' && (values[id] ?? 0) > 0)
}

function weighed(document: Stored, signals: Signals, weights: Weights): Candidate {
  const {mention, ...others} = signals
  let sum = 0
  for (const [name, values] of Object.entries(others))
    sum += weights[name as keyof typeof others] * (values[document.id] ?? 0)
  return {document, sum, mention: weights.mention * (mention[document.id] ?? 0)}
}

/** Whoever names a file means it, whatever kind it is. */
function total({document, sum, mention}: Candidate, {kinds}: Weights): number {
  return sum * kinds[KINDS[document.kind] ?? 'source'] + mention
}

function withPassage(
  one: Candidate,
  root: string,
  rarity: ReadonlyMap<number, number>,
): Candidate & {passage: Passage} {
  const bytes = searchableBytes(join(root, one.document.path))
  return {...one, passage: bytes ? bestPassage(bytes, rarity) : {score: 0, lines: []}}
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
