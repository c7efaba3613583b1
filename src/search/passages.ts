import {FIELD, scanTerms} from './terms.ts'

/** Lines that answer together. */
const WINDOW = 16
const MAX_SCANNED = 256 * 1024
const SHOWN_LINES = 3

export type Line = {line: number; text: string}
export type Passage = {score: number; lines: Line[]}

const MAX_SHOWN = 200

/**
 * Finds the lines of a file in which most of the query's rare words stand close together.
 * @param rarity what each term of the query counts
 */
export function bestPassage(bytes: Buffer, rarity: ReadonlyMap<number, number>): Passage {
  const scanned = bytes.subarray(0, MAX_SCANNED)
  const lines = linesWithTerms(scanned, rarity)
  const {score, first, last} = bestWindow(lines, rarity)
  const inside = lines.filter(({line}) => line >= first && line <= last)
  const best = inside.sort((a, b) => b.score - a.score || a.line - b.line).slice(0, SHOWN_LINES)
  const shown = best
    .sort((a, b) => a.line - b.line)
    .map(({line, start, end}) => ({line, text: shownText(scanned.subarray(start, end))}))
  return {score, lines: shown}
}

type Hit = {line: number; start: number; end: number; terms: number[]; score: number}

function linesWithTerms(bytes: Buffer, rarity: ReadonlyMap<number, number>): Hit[] {
  const hits: Hit[] = []
  let line = 0
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(10, start)
    const end = found === -1 ? bytes.length : found
    line++
    const terms: number[] = []
    scanTerms(bytes.subarray(start, end), FIELD.text, (term) => {
      if (rarity.has(term) && !terms.includes(term)) terms.push(term)
    })
    if (terms.length > 0) hits.push({line, start, end, terms, score: sum(terms, rarity)})
    start = end + 1
  }
  return hits
}

function sum(terms: readonly number[], rarity: ReadonlyMap<number, number>): number {
  return terms.reduce((total, term) => total + (rarity.get(term) ?? 0), 0)
}

/** The window counts each word once, and a little more for each further line that has it. */
function bestWindow(hits: readonly Hit[], rarity: ReadonlyMap<number, number>) {
  const counts = new Map<number, number>()
  let best = {score: 0, first: 1, last: 0}
  let from = 0
  let score = 0
  const change = (hit: Hit, step: 1 | -1) => {
    for (const term of hit.terms) {
      const before = counts.get(term) ?? 0
      counts.set(term, before + step)
      const first = step === 1 ? before === 0 : before === 1
      score += step * (rarity.get(term) ?? 0) * (first ? 1 : 0.1)
    }
  }
  for (const hit of hits) {
    change(hit, 1)
    for (let oldest = hits[from]; oldest && hit.line - oldest.line >= WINDOW; oldest = hits[++from]) change(oldest, -1)
    if (score > best.score + 1e-9) best = {score, first: hits[from]?.line ?? hit.line, last: hit.line}
  }
  return best
}

function shownText(bytes: Buffer): string {
  const text = bytes
    .subarray(0, MAX_SHOWN * 4)
    .toString('utf8')
    .trimEnd()
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN).toWellFormed()}…`
}
