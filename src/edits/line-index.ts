import {lineText, type TextDocument} from './document.ts'
import {fold, hasLookAlikes} from './look-alikes.ts'
import {EditRefusal} from './refusal.ts'
import {failures, MAX_PLACES} from './occurrences.ts'

/** How lines are compared: as they are, or with ever more of their blanks and spelling set aside. */
export type Level = 'exact' | 'trimmed-end' | 'trimmed' | 'folded' | 'collapsed'

const LEVELS: readonly Level[] = ['exact', 'trimmed-end', 'trimmed', 'folded', 'collapsed']
/** Candidates times lines up to which each is simply looked at. */
const SMALL = 200_000

export type LineIndex = {
  /** 0-based first lines of every run of lines that equals the wanted ones on a level, overlaps included. */
  runs: (wanted: readonly string[], level: Level) => number[]
  /** As `runs`, where each wanted line may be one of several. */
  runsOfAny: (wanted: readonly (readonly string[])[], level: Level) => number[]
  /** Lines equal to one on a level. */
  lines: (wanted: string, level: Level) => readonly number[]
}

type Table = {
  /** Number of each distinct key. */
  numbers: Map<string, number>
  /** For each line the number of its key. */
  ids: Int32Array
  places: () => readonly (readonly number[])[]
}

/** Lines of a document, each distinct one known by a number on every level. Built on demand, one level from another. */
export function lineIndex(document: TextDocument): LineIndex {
  const tables = new Map<Level, Table>()
  const table = (level: Level): Table => {
    const known = tables.get(level)
    if (known) return known
    const below = LEVELS[LEVELS.indexOf(level) - 1]
    const same = level === 'folded' && below !== undefined && !hasLookAlikes(document.text)
    const made = below === undefined ? firstTable(document) : same ? table(below) : nextTable(table(below), level)
    tables.set(level, made)
    return made
  }
  const numberOf = (line: string, level: Level) => table(level).numbers.get(keyOf(line, level)) ?? -1
  return {
    lines: (wanted, level) => table(level).places()[numberOf(wanted, level)] ?? [],
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

function firstTable(document: TextDocument): Table {
  const count = document.lineStarts().length
  const numbers = new Map<string, number>()
  const ids = new Int32Array(count)
  for (let line = 0; line < count; line++) ids[line] = intern(numbers, lineText(document, line))
  return {numbers, ids, places: placesOf(ids, numbers)}
}

function nextTable(below: Table, level: Level): Table {
  const numbers = new Map<string, number>()
  const renumbered = new Int32Array(below.numbers.size)
  for (const [line, id] of below.numbers) renumbered[id] = intern(numbers, keyOf(line, level))
  const ids = below.ids.map((id) => renumbered[id] ?? -1)
  return {numbers, ids, places: placesOf(ids, numbers)}
}

function intern(numbers: Map<string, number>, key: string): number {
  const known = numbers.get(key)
  if (known !== undefined) return known
  numbers.set(key, numbers.size)
  return numbers.size - 1
}

function placesOf(ids: Int32Array, numbers: ReadonlyMap<string, number>): () => readonly (readonly number[])[] {
  let made: number[][] | undefined
  return () => {
    if (made) return made
    const places: number[][] = Array.from({length: numbers.size}, () => [])
    for (const [line, id] of ids.entries()) places[id]?.push(line)
    made = places
    return places
  }
}

function runs({ids, places}: Table, wanted: readonly number[]): number[] {
  const first = rarest(wanted, (id) => (id < 0 ? 0 : (places()[id]?.length ?? 0)))
  if (first === undefined || wanted.includes(-1)) return []
  const [index, id] = first
  const starts = (places()[id] ?? []).map((line) => line - index)
  if (starts.length * wanted.length > SMALL) return linearRuns(ids, wanted)
  return starts
    .filter((start) => start >= 0 && wanted.every((one, offset) => ids[start + offset] === one))
    .slice(0, MAX_PLACES)
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

function runsOfAny({ids, places}: Table, wanted: readonly (readonly number[])[]): number[] {
  const count = (options: readonly number[]) => options.reduce((sum, id) => sum + (places()[id]?.length ?? 0), 0)
  const first = rarest(wanted, count)
  if (first === undefined || wanted.some((options) => options.length === 0)) return []
  const [index, options] = first
  const found = new Set<number>()
  let work = 0
  for (const line of options.flatMap((id) => places()[id] ?? []).toSorted((a, b) => a - b)) {
    const start = line - index
    if (start < 0 || found.size >= MAX_PLACES) continue
    if (work > 50 * SMALL)
      throw new EditRefusal('no_match', 'The file has too many places that are nearly the text: give more lines of it.')
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
