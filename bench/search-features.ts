import {join} from 'node:path'
import {openEngine, updateEngine, type Engine} from '../src/search/engine.ts'
import {KINDS, type FileKind} from '../src/search/kinds.ts'
import {bestPassage} from '../src/search/passages.ts'
import {parseQuery} from '../src/search/query.ts'
import {searchableBytes} from '../src/search/read-document.ts'
import {gatherSignals} from '../src/search/signals.ts'
import {beginningsOf} from '../src/search/terms.ts'
import {WEIGHTS, type Weights} from '../src/search/weights.ts'
import {isCandidate, type History, type Question} from './search-data.ts'

export const SIGNALS = ['text', 'path', 'name', 'definition', 'stem', 'mention', 'history', 'churn', 'passage'] as const
export type Signal = (typeof SIGNALS)[number]

/** One file beside one question. */
export type Row = {path: string; values: Record<Signal, number>; kind: FileKind}
export type Judged = {question: Question; rows: Row[]}

const KEPT = 120
const READ = 30
const options = {signal: new AbortController().signal, onProgress: () => undefined}

export async function openHistory(history: History, cache: string): Promise<Engine> {
  const engine = openEngine(cache, {root: history.root, env: {...process.env}})
  await updateEngine(engine, options)
  return engine
}

/** What speaks for the files that may answer, so that weights can be tried without asking again. */
export function featuresOf(engine: Engine, question: Question): Judged {
  const {store, documents, history, project} = engine
  const {signals, alive, rarity} = gatherSignals(store, documents, {query: parseQuery(question.text), history})
  const rows: Row[] = []
  for (const document of alive) {
    if (!document || !isCandidate(document.path)) continue
    const values = {passage: 0} as Record<Signal, number>
    for (const [name, list] of Object.entries(signals)) values[name as Signal] = list[document.id] ?? 0
    rows.push({path: document.path, values, kind: KINDS[document.kind] ?? 'source'})
  }
  const best = new Set([...top(rows, TEXT_ALONE, KEPT), ...top(rows, WEIGHTS, KEPT)])
  const kept = rows.filter((row) => best.has(row))
  const wanted = {beginnings: beginningsOf(question.text), rarity}
  for (const row of top(kept, WEIGHTS, READ * 2)) {
    const bytes = searchableBytes(join(project.root, row.path))
    row.values.passage = bytes ? bestPassage(bytes, wanted).score : 0
  }
  const most = Math.max(1e-9, ...kept.map(({values}) => values.passage))
  for (const {values} of kept) values.passage /= most
  return {question, rows: kept}
}

const NOTHING = {text: 0, path: 0, name: 0, definition: 0, stem: 0, mention: 0, history: 0, churn: 0, passage: 0}
const SAME = {source: 1, test: 1, generated: 1, vendored: 1, prose: 1, data: 1}
export const TEXT_ALONE: Weights = {...NOTHING, text: 1, kinds: SAME}
export const PATH_ALONE: Weights = {...NOTHING, path: 1, kinds: SAME}

export function scoreOf({values, kind}: Row, weights: Weights): number {
  let sum = 0
  for (const name of SIGNALS) if (name !== 'mention') sum += weights[name] * values[name]
  return sum * weights.kinds[kind] + weights.mention * values.mention
}

function top(rows: readonly Row[], weights: Weights, count: number): Row[] {
  return ranked(rows, weights).slice(0, count)
}

/** As rank.ts does it: only the best of the first look are read. */
export function ranked(rows: readonly Row[], weights: Weights): Row[] {
  const first = order(rows, {...weights, passage: 0})
  return [...order(first.slice(0, READ), weights), ...first.slice(READ)]
}

function order(rows: readonly Row[], weights: Weights): Row[] {
  const scored = rows.map((row) => ({row, score: scoreOf(row, weights)}))
  return scored.sort((a, b) => b.score - a.score || (a.row.path < b.row.path ? -1 : 1)).map(({row}) => row)
}

export type Quality = {mrr: number; r1: number; r5: number; r10: number}

export function qualityOf(judged: readonly Judged[], weights: Weights): Quality {
  const total: Quality = {mrr: 0, r1: 0, r5: 0, r10: 0}
  for (const {question, rows} of judged) {
    const places = ranked(rows, weights).map(({path}) => path)
    const found = question.gold.map((path) => places.indexOf(path)).filter((place) => place !== -1)
    total.mrr += found.length === 0 ? 0 : 1 / (Math.min(...found) + 1)
    const share = (count: number) => found.filter((place) => place < count).length / question.gold.length
    total.r1 += share(1)
    total.r5 += share(5)
    total.r10 += share(10)
  }
  const mean = (sum: number) => sum / Math.max(1, judged.length)
  return {mrr: mean(total.mrr), r1: mean(total.r1), r5: mean(total.r5), r10: mean(total.r10)}
}
