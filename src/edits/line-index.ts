import type {TextDocument} from './document.ts'
import {coarser, tableOf, type LineTable} from './line-table.ts'
import {fold} from './look-alikes.ts'
import {failures, MAX_PLACES} from './occurrences.ts'
import {EditRefusal} from './refusal.ts'

/** How lines are compared: as they are, or with ever more of their blanks and spelling set aside. */
export type Level = 'exact' | 'trimmed-end' | 'trimmed' | 'folded' | 'collapsed'

const LEVELS: readonly Level[] = ['exact', 'trimmed-end', 'trimmed', 'folded', 'collapsed']
/** Candidates times lines up to which each is simply looked at. */
const SMALL = 200_000
const MAX_WORK = 50 * SMALL

export type LineIndex = {
  /** 0-based first lines of every run of lines that equals the wanted ones on a level, overlaps included. */
  runs: (wanted: readonly string[], level: Level) => number[]
  /** As `runs`, where each wanted line may be one of several. */
  runsOfAny: (wanted: readonly (readonly string[])[], level: Level) => number[]
  /** 0-based lines equal to one on a level. */
  lines: (wanted: string, level: Level) => Int32Array
}

/** Lines of a document, each distinct one known by a number on every level. Built on demand, one level from another. */
export function lineIndex(document: TextDocument): LineIndex {
  const tables = new Map<Level, LineTable>()
  const table = (level: Level): LineTable => {
    const known = tables.get(level)
    if (known) return known
    const below = LEVELS[LEVELS.indexOf(level) - 1]
    const made = below === undefined ? tableOf(document) : coarser(table(below), (text) => keyOf(text, level))
    tables.set(level, made)
    return made
  }
  const numberOf = (line: string, level: Level) => table(level).numberOf(keyOf(line, level))
  return {
    lines: (wanted, level) => {
      const id = numberOf(wanted, level)
      return id < 0 ? new Int32Array(0) : table(level).placesOf(id)
    },
    runs: (wanted, level) =>
      runs(
        table(level),
        wanted.map((line) => numberOf(line, level)),
      ),
    runsOfAny: (wanted, level) =>
      runsOfAny(
        table(level),
        wanted.map((options) => options.map((line) => numberOf(line, level)).filter((id) => id >= 0)),
      ),
  }
}

/** What of a line counts on a level. */
export function keyOf(line: string, level: Level): string {
  switch (level) {
    case 'exact':
      return line
    case 'trimmed-end':
      return line.trimEnd()
    case 'trimmed':
      return line.trim()
    case 'folded':
      return fold(line).trim()
    case 'collapsed':
      return fold(line).trim().replace(/\s+/g, ' ')
  }
}

function runs({ids, placesOf}: LineTable, wanted: readonly number[]): number[] {
  if (wanted.includes(-1)) return []
  const first = rarest(wanted, (id) => placesOf(id).length)
  if (first === undefined) return []
  const [index, id] = first
  const places = placesOf(id)
  if (places.length * wanted.length > SMALL) return linearRuns(ids, wanted)
  const found: number[] = []
  for (const line of places) {
    const start = line - index
    if (start >= 0 && wanted.every((one, offset) => ids[start + offset] === one)) found.push(start)
    if (found.length >= MAX_PLACES) break
  }
  return found
}

function linearRuns(ids: Int32Array, wanted: readonly number[]): number[] {
  const fallback = failures(wanted.length, (a, b) => wanted[a] === wanted[b])
  const found: number[] = []
  let matched = 0
  for (let line = 0; line < ids.length && found.length < MAX_PLACES; line++) {
    while (matched > 0 && wanted[matched] !== ids[line]) matched = fallback[matched - 1] ?? 0
    if (wanted[matched] === ids[line]) matched++
    if (matched === wanted.length) {
      found.push(line - matched + 1)
      matched = fallback[matched - 1] ?? 0
    }
  }
  return found
}

function runsOfAny({ids, placesOf}: LineTable, wanted: readonly (readonly number[])[]): number[] {
  const count = (options: readonly number[]) => options.reduce((sum, id) => sum + placesOf(id).length, 0)
  const first = rarest(wanted, count)
  if (first === undefined || wanted.some((options) => options.length === 0)) return []
  const [index, options] = first
  const found = new Set<number>()
  let work = 0
  for (const line of [...new Set(options)].flatMap((id) => [...placesOf(id)]).toSorted((a, b) => a - b)) {
    const start = line - index
    if (start < 0 || found.size >= MAX_PLACES) continue
    if (work > MAX_WORK)
      throw new EditRefusal('no_match', 'Too much of the file is nearly the text. Give other lines of it.')
    const differing = wanted.findIndex((ones, offset) => !ones.includes(ids[start + offset] ?? -1))
    work += differing < 0 ? wanted.length : differing
    if (differing < 0) found.add(start)
  }
  return [...found]
}

/** The element that occurs least often, with its index. */
function rarest<One>(wanted: readonly One[], count: (one: One) => number): [number, One] | undefined {
  let best: [number, One] | undefined
  let least = Number.POSITIVE_INFINITY
  for (const [index, one] of wanted.entries()) {
    const times = count(one)
    if (times >= least) continue
    least = times
    best = [index, one]
  }
  return best
}
