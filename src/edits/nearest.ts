const BUDGET_MS = 40
const MAX_SHOWN_LINES = 12
const MAX_SHOWN_PLACES = 20

/**
 * What to tell a model whose text was not found: the places of the file that come nearest, with their numbers, and
 * blanks made visible where lines differ. Never takes noticeably longer than a twentieth of a second.
 */
export function describeMiss(text: string, wanted: string, next: string): string {
  const head = 'Nothing written: "old" does not occur in the file.'
  const hints: string[] = []
  if (next !== '' && text.includes(next)) hints.push('"new" is already there: perhaps this edit was made before.')
  if (wanted.split('\n').every((line) => line === '' || /^\s*\d+\t/.test(line)))
    hints.push('Leave out the line numbers and the tab that read puts before each line.')
  if (wanted.endsWith('\n') && !text.endsWith('\n') && text.endsWith(wanted.slice(0, -1)))
    hints.push('The file does not end with a newline: leave out the last one of "old".')
  const lines = text.split('\n')
  const wantedLines = wanted.replace(/^\n+|\n+$/g, '').split('\n')
  const windows = bestWindows(lines, wantedLines)
  const shown = windows.map((start) => showWindow(lines, wantedLines, start))
  if (shown.length === 0) hints.push('No line of the file is like it: read the file again.')
  return [head, ...hints, ...shown].join('\n')
}

/** What to tell a model whose text was found more than once. */
export function describePlaces(text: string, places: readonly number[]): string {
  const numbers: number[] = []
  let line = 1
  let newline = text.indexOf('\n')
  for (const place of places.slice(0, MAX_SHOWN_PLACES)) {
    for (; newline >= 0 && newline < place; newline = text.indexOf('\n', newline + 1)) line++
    numbers.push(line)
  }
  const more = places.length > MAX_SHOWN_PLACES ? ' and more' : ''
  return `Nothing written: "old" occurs ${places.length >= 1000 ? 'at least ' : ''}${places.length} times, at lines ${numbers.join(', ')}${more}. Add lines before or after it until it is unique.`
}

/** Start lines of up to three windows, best first: by equal lines, else by the one line that is most alike. */
function bestWindows(lines: readonly string[], wanted: readonly string[]): number[] {
  const votes = new Map<number, number>()
  const positions = new Map<string, number[]>()
  wanted.forEach((line, index) => {
    const key = collapse(line)
    if (key !== '') positions.set(key, [...(positions.get(key) ?? []), index])
  })
  lines.forEach((line, at) => {
    for (const index of positions.get(collapse(line))?.slice(0, 32) ?? [])
      votes.set(at - index, (votes.get(at - index) ?? 0) + 1)
  })
  if (votes.size === 0) return mostAlike(lines, wanted)
  const best = Math.max(...Array.from(votes.values()).slice(0, 50_000))
  return Array.from(votes)
    .filter(([, count]) => count === best)
    .slice(0, 3)
    .map(([start]) => start)
}

function mostAlike(lines: readonly string[], wanted: readonly string[]): number[] {
  const deadline = performance.now() + BUDGET_MS
  const longest = wanted.reduce(
    (best, line, index) => (line.trim().length > (wanted[best] ?? '').trim().length ? index : best),
    0,
  )
  const pairs = pairsOf(wanted[longest] ?? '')
  let best = {score: 0.5, start: -1}
  for (const [at, line] of lines.entries()) {
    if (at % 64 === 0 && performance.now() > deadline) break
    const score = line.length > 2000 ? 0 : alike(pairs, pairsOf(line))
    if (score > best.score) best = {score, start: at - longest}
  }
  return best.start === -1 && best.score === 0.5 ? [] : [best.start]
}

function showWindow(lines: readonly string[], wanted: readonly string[], start: number): string {
  const first = Math.max(0, start)
  const last = Math.min(lines.length, start + wanted.length) - 1
  const rows = [`Nearest: lines ${first + 1}-${last + 1} (tab shown as →, blanks at the ends as ·):`]
  for (let at = first; at <= last && rows.length <= MAX_SHOWN_LINES; at++) {
    const line = lines[at] ?? ''
    const yours = wanted[at - start] ?? ''
    rows.push(`${at + 1} file:  ${visible(line)}`)
    if (line !== yours) rows.push(`${' '.repeat(String(at + 1).length)} yours: ${visible(yours)}`)
  }
  if (last - first + 1 > MAX_SHOWN_LINES) rows.push('…')
  return rows.join('\n')
}

function visible(line: string): string {
  const short = line.length > 300 ? `${line.slice(0, 300)}…` : line
  const dots = (blanks: string) => blanks.replaceAll(' ', '·')
  return short
    .replace(/^ +/, dots)
    .replace(/(?<=^[·\t]*) +(?=\t)/, dots)
    .replace(/ +$/, dots)
    .replaceAll('\t', '→')
    .replaceAll('\u00a0', '<nbsp>')
    .replaceAll('\r', '<CR>')
}

function collapse(line: string): string {
  return line.length > 2000 ? line : line.trim().replace(/\s+/g, ' ')
}

function pairsOf(line: string): Map<string, number> {
  const text = collapse(line).slice(0, 400)
  const pairs = new Map<string, number>()
  for (let at = 0; at < text.length - 1; at++) {
    const pair = text.slice(at, at + 2)
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
  }
  return pairs
}

/** Dice's coefficient on pairs of characters: 0 to 1. */
function alike(left: ReadonlyMap<string, number>, right: ReadonlyMap<string, number>): number {
  let common = 0
  let total = 0
  for (const [pair, count] of left) {
    common += Math.min(count, right.get(pair) ?? 0)
    total += count
  }
  for (const count of right.values()) total += count
  return total === 0 ? 0 : (2 * common) / total
}
