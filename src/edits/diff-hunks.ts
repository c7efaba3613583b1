export type DiffRow = {
  sign: ' ' | '-' | '+'
  /** Without the sign and the line feed; a carriage return in front of that stays. */
  text: string
  /** 1-based line of the file before; absent for an added line. */
  old?: number
  /** 1-based line of the file after; absent for a removed line. */
  new?: number
  /** The last line of a file, without a line feed behind it. */
  unfinished?: true
}

export type Hunk = {oldStart: number; oldLines: number; newStart: number; newLines: number; rows: DiffRow[]}

const HEADER = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/

/** The hunks of a unified diff of one file. What stands around them is passed over; a cut hunk is read as far as it goes. */
export function readHunks(diff: string): Hunk[] {
  const lines = diff.split('\n')
  const hunks: Hunk[] = []
  for (let at = 0; at < lines.length;) {
    const header = HEADER.exec(lines[at] ?? '')
    at++
    if (!header) continue
    const [, oldStart, oldLines = '1', newStart, newLines = '1'] = header
    const hunk = {
      oldStart: Number(oldStart),
      oldLines: Number(oldLines),
      newStart: Number(newStart),
      newLines: Number(newLines),
      rows: [],
    }
    at = readRows(hunk, lines, at)
    hunks.push(hunk)
  }
  return hunks
}

/** @returns the index of the line behind the hunk */
function readRows(hunk: Hunk, lines: readonly string[], start: number): number {
  let at = start
  // An empty range is named by the line in front of it.
  let old = hunk.oldLines === 0 ? hunk.oldStart + 1 : hunk.oldStart
  let next = hunk.newLines === 0 ? hunk.newStart + 1 : hunk.newStart
  const oldEnd = old + hunk.oldLines
  const newEnd = next + hunk.newLines
  for (; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const sign = line[0]
    const last = hunk.rows.at(-1)
    if (sign === '\\' && last) last.unfinished = true
    else if (sign === '-' && old < oldEnd) hunk.rows.push({sign, text: line.slice(1), old: old++})
    else if (sign === '+' && next < newEnd) hunk.rows.push({sign, text: line.slice(1), new: next++})
    else if (sign === ' ' && old < oldEnd && next < newEnd)
      hunk.rows.push({sign, text: line.slice(1), old: old++, new: next++})
    else break
  }
  return at
}
