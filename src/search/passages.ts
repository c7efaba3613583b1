import {findTerms, type Beginnings} from './terms.ts'

/** Lines that answer together. */
const WINDOW = 16
const MAX_SCANNED = 256 * 1024
const SHOWN_LINES = 3

export type Line = {line: number; text: string}
export type Passage = {score: number; lines: Line[]}
/** What is looked for: how the words begin, and what each counts. */
export type Wanted = {beginnings: Beginnings; rarity: ReadonlyMap<number, number>}

const MAX_SHOWN = 200

/**
 * Finds the lines of a file in which most of the query's rare words stand close together.
 */
export function bestPassage(bytes: Buffer, {beginnings, rarity}: Wanted): Passage {
  const scanned = bytes.subarray(0, MAX_SCANNED)
  const lines = linesWithTerms(scanned, {beginnings, rarity})
  const {score, first, last} = bestWindow(lines, rarity)
  const inside = lines.filter(({line}) => line >= first && line <= last)
  const best = inside.sort((a, b) => b.score - a.score || a.line - b.line).slice(0, SHOWN_LINES)
  const shown = best
    .sort((a, b) => a.line - b.line)
    .map(({line, start, end}) => ({line, text: shownText(scanned.subarray(start, end))}))
  return {score, lines: shown}
}

type Hit = {line: number; start: number; end: number; terms: number[]; score: number}

function linesWithTerms(bytes: Buffer, {beginnings, rarity}: Wanted): Hit[] {
  const hits: Hit[] = []
  let line = 1
  let start = 0
  let end = endOfLine(bytes, 0)
  findTerms(bytes, beginnings, (term, at) => {
    if (!rarity.has(term)) return
    for (; at > end; line++) {
      start = end + 1
      end = endOfLine(bytes, start)
    }
    const last = hits.at(-1)
    if (last?.line !== line) hits.push({line, start, end, terms: [term], score: 0})
    else if (!last.terms.includes(term)) last.terms.push(term)
  })
  for (const hit of hits) hit.score = sum(hit.terms, rarity)
  return hits
}

function endOfLine(bytes: Buffer, start: number): number {
  const found = bytes.indexOf(10, start)
  return found === -1 ? bytes.length : found
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
