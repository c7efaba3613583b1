import type {FileKind} from './kinds.ts'

/** What each sign of a match counts; found by bench/search-weights.ts on the histories of open repositories. */
export type Weights = {
  text: number
  path: number
  name: number
  definition: number
  stem: number
  mention: number
  history: number
  churn: number
  passage: number
  kinds: Readonly<Record<FileKind, number>>
}

export const WEIGHTS: Weights = {
  text: 1,
  path: 0.25,
  name: 0.15,
  definition: 0.3,
  stem: 0.1,
  mention: 3,
  history: 0.5,
  churn: 0.075,
  passage: 0.6,
  kinds: {source: 1, test: 0.6, generated: 0.4, vendored: 0.4, prose: 0.6, data: 0.7},
}
