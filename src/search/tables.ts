import type {Documents, Stored} from './documents.ts'
import type {History} from './history.ts'

/** What every question needs of the documents and the history, worked out once for each state of them. */
export type Tables = {
  history: History
  /** By number; undefined where a document was replaced. */
  alive: ReadonlyArray<Stored | undefined>
  lengths: Record<Field, Float64Array>
  /** The numbers of the files that each commit changed, as far as they are there. */
  committed: ReadonlyArray<readonly number[]>
  /** How often each file changes, lately more than long ago; at most 1. */
  churn: Float64Array
}
export type Field = 'words' | 'names' | 'pathWords'

/** How fast more of a term stops to count, and how much the length of a document does. */
export const K1 = 1.2
const B = 0.6
const HALF_LIFE = 300

export function tablesOf(documents: Documents, history: History): Tables {
  const known = documents.tables
  if (known?.history === history) return known
  const alive: Array<Stored | undefined> = Array.from({length: documents.slots}, () => undefined)
  for (const document of documents.byPath.values()) alive[document.id] = document
  const length = (field: Field) => lengthsOf(alive, documents.byPath.size, field)
  const lengths = {words: length('words'), names: length('names'), pathWords: length('pathWords')}
  const committed = history.commits.map(({files}) => files.flatMap((file) => documents.byPath.get(file)?.id ?? []))
  const tables = {history, alive, lengths, committed, churn: churnOf(history, committed, alive.length)}
  documents.tables = tables
  return tables
}

/** Long documents have more of everything: what counts is how long one is beside the others. */
function lengthsOf(alive: ReadonlyArray<Stored | undefined>, count: number, field: Field): Float64Array {
  let total = 0
  for (const document of alive) total += document?.[field] ?? 0
  const mean = total / Math.max(1, count) || 1
  const lengths = new Float64Array(alive.length)
  for (let id = 0; id < lengths.length; id++) lengths[id] = K1 * (1 - B + (B * (alive[id]?.[field] ?? 0)) / mean)
  return lengths
}

function churnOf({commits}: History, committed: Tables['committed'], slots: number): Float64Array {
  const churn = new Float64Array(slots)
  committed.forEach((ids, index) => {
    const value = 0.5 ** (index / HALF_LIFE) / (commits[index]?.files.length ?? 1)
    for (const id of ids) churn[id] = (churn[id] ?? 0) + value
  })
  return scaled(churn).map(Math.sqrt)
}

/** The same with 1 for the highest. */
export function scaled(scores: Float64Array): Float64Array {
  let most = 0
  for (let id = 0; id < scores.length; id++) most = Math.max(most, scores[id] ?? 0)
  if (most === 0) return scores
  for (let id = 0; id < scores.length; id++) scores[id] = (scores[id] ?? 0) / most
  return scores
}
