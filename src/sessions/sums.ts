import type {Spending} from './digest.ts'

export type Sums = Omit<Spending, 'quarter' | 'provider' | 'model'>

/** Sums as they are given out: what is unknown of all answers is absent, never 0. */
export type KnownSums = Omit<Sums, 'input' | 'cacheRead' | 'output' | 'costUsd'> & {
  input?: number
  cacheRead?: number
  output?: number
  /** USD of the answers whose cost is known. */
  costUsd?: number
}

const NAMES = ['answers', 'input', 'cacheRead', 'output', 'uncounted', 'costUsd', 'unpriced', 'partial'] as const

export function noSums(): Sums {
  return {answers: 0, input: 0, cacheRead: 0, output: 0, uncounted: 0, costUsd: 0, unpriced: 0, partial: 0}
}

export function addSums(to: Sums, one: Sums): void {
  for (const name of NAMES) to[name] += one[name]
}

export function knownSums(sums: Sums): KnownSums {
  const {answers, input, cacheRead, output, uncounted, costUsd, unpriced, partial} = sums
  const tokensUnknown = answers > 0 && uncounted === answers && input + output === 0
  const costUnknown = answers > 0 && unpriced === answers
  return {
    answers,
    ...(tokensUnknown ? {} : {input, cacheRead, output}),
    uncounted,
    ...(costUnknown ? {} : {costUsd: rounded(costUsd)}),
    unpriced,
    partial,
  }
}

/** Sums of decimal prices, without the noise of binary fractions. */
function rounded(usd: number): number {
  return Math.round(usd * 1e9) / 1e9
}

/** Sums by a name that each part of the spending has. */
export function sumsBy(spending: readonly Spending[], nameOf: (one: Spending) => string): Map<string, Sums> {
  const rows = new Map<string, Sums>()
  for (const one of spending) {
    const sums = rows.get(nameOf(one)) ?? noSums()
    addSums(sums, one)
    rows.set(nameOf(one), sums)
  }
  return rows
}

/** Of everything that was spent. */
export function totalOf(spending: readonly Spending[]): KnownSums {
  const total = noSums()
  for (const one of spending) addSums(total, one)
  return knownSums(total)
}
