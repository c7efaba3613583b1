import {lineText, type TextDocument} from './document.ts'

/** Each distinct line of a file as a number, and where it stands. */
export type LineTable = {
  /** The number of a line; -1 when the file has none like it. */
  numberOf: (key: string) => number
  /** For each line of the file its number. */
  ids: Int32Array
  /** 0-based lines that have a number, in order. */
  placesOf: (id: number) => Int32Array
  /** The distinct lines by number. */
  texts: readonly string[]
}

export function tableOf(document: TextDocument): LineTable {
  const count = document.lineStarts().length
  const numbers = new Map<string, number>()
  const texts: string[] = []
  const ids = new Int32Array(count)
  for (let line = 0; line < count; line++) ids[line] = intern(numbers, texts, lineText(document, line))
  return made({numberOf: (key) => numbers.get(key) ?? -1, ids, texts})
}

/**
 * The same lines with less of them counting. Only lines that this changes get a number anew.
 * @param keyOf what counts of a line; applied twice it changes nothing more
 */
export function coarser(below: LineTable, keyOf: (text: string) => string): LineTable {
  const keys = below.texts.map(keyOf)
  const changed = keys.reduce((sum, key, id) => sum + (key === below.texts[id] ? 0 : 1), 0)
  if (changed === 0) return below
  return changed * 2 > keys.length ? anew(below, keys) : overlaid(below, keys)
}

function anew(below: LineTable, keys: readonly string[]): LineTable {
  const numbers = new Map<string, number>()
  const texts: string[] = []
  const renumbered = Int32Array.from(keys, (key) => intern(numbers, texts, key))
  return made({numberOf: (key) => numbers.get(key) ?? -1, ids: below.ids.map((id) => renumbered[id] ?? -1), texts})
}

function overlaid(below: LineTable, keys: readonly string[]): LineTable {
  const numbers = new Map<string, number>()
  const texts = [...below.texts]
  const renumbered = Int32Array.from(keys, (key, id) => {
    if (key === below.texts[id]) return id
    const known = below.numberOf(key)
    return known >= 0 ? known : internAt(numbers, texts, key)
  })
  const numberOf = (key: string) => numbers.get(key) ?? below.numberOf(key)
  return made({numberOf, ids: below.ids.map((id) => renumbered[id] ?? -1), texts})
}

function intern(numbers: Map<string, number>, texts: string[], key: string): number {
  const known = numbers.get(key)
  return known ?? internAt(numbers, texts, key)
}

function internAt(numbers: Map<string, number>, texts: string[], key: string): number {
  const known = numbers.get(key)
  if (known !== undefined) return known
  numbers.set(key, texts.length)
  texts.push(key)
  return texts.length - 1
}

function made(table: Omit<LineTable, 'placesOf'>): LineTable {
  let places: {starts: Int32Array; lines: Int32Array} | undefined
  return {
    ...table,
    placesOf: (id) => {
      places ??= sorted(table.ids, table.texts.length)
      return places.lines.subarray(places.starts[id] ?? 0, places.starts[id + 1] ?? 0)
    },
  }
}

/** Lines sorted by their number, and where each number's lines begin. */
function sorted(ids: Int32Array, size: number): {starts: Int32Array; lines: Int32Array} {
  const starts = new Int32Array(size + 1)
  for (const id of ids) starts[id + 1] = (starts[id + 1] ?? 0) + 1
  for (let id = 0; id < size; id++) starts[id + 1] = (starts[id + 1] ?? 0) + (starts[id] ?? 0)
  const next = starts.slice()
  const lines = new Int32Array(ids.length)
  for (const [line, id] of ids.entries()) {
    const at = next[id] ?? 0
    lines[at] = line
    next[id] = at + 1
  }
  return {starts, lines}
}
