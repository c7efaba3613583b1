import {isForeignLine} from './absent-words.ts'
import {lineText} from './document.ts'
import {alike, pairsOf} from './likeness.ts'
import {occurrences} from './occurrences.ts'
import {EditRefusal} from './refusal.ts'
import {quoted, visible} from './shown-lines.ts'
import type {TargetFile} from './target-file.ts'

const MAX_SHOWN = 12
/** A line that stands in more places than this says nothing about where a text was meant. */
const COMMON = 32
const MAX_WANTED = 400
/** Above this many characters the file is not looked at in another case. */
const SMALL = 50_000

type Missed = {old: string; new: string; deadline: number}
type Window = {start: number; equal: number}

/** Why a text was not found: what of the file comes nearest, with its numbers, differing blanks made visible. */
export function miss(target: TargetFile, {old, new: next, deadline}: Missed): EditRefusal {
  const {text} = target.document
  if (next.trim().length >= 8 && occurrences(text, next, 2).length === 1)
    return new EditRefusal(
      'already_applied',
      `The old text is not in ${target.name}, and the new text already is, once. This edit seems to be made already; do not send it again.`,
    )
  const lines = old.replace(/^\n+|\n+$/g, '').split('\n')
  const rows = [`The old text is not in ${target.name}.`, ...hints(target, old)]
  const window = bestWindow(target, lines.slice(0, MAX_WANTED), deadline)
  if (window) rows.push(...shown(target, lines, window))
  else rows.push('No line of the file is like it. Read the file again.')
  return new EditRefusal('no_match', rows.join('\n'))
}

function hints(target: TargetFile, old: string): string[] {
  const found: string[] = []
  if (old.split('\n').every((line) => line === '' || /^\s*\d+(?:\t|→| ?\|)/.test(line)))
    found.push('Leave out the line numbers that stand before each line.')
  if (/^\s*(?:\.{3,}|\u2026)\s*$/m.test(old))
    found.push('Lines of three dots are allowed only in pairs: the same ones in the old and in the new text.')
  const {text} = target.document
  if (text.length < SMALL && !text.includes(old.trim()) && text.toLowerCase().includes(old.trim().toLowerCase()))
    found.push('It is there in other capitals.')
  return found
}

/** Where most lines are equal but for blanks; else where the longest line is most alike. */
function bestWindow(target: TargetFile, wanted: readonly string[], deadline: number): Window | undefined {
  const votes = new Map<number, number>()
  for (const [offset, line] of wanted.entries()) {
    if (line.trim() === '' || isForeignLine(target, line)) continue
    const places = target.index().lines(line, 'collapsed')
    if (places.length > COMMON) continue
    for (const place of places) votes.set(place - offset, (votes.get(place - offset) ?? 0) + 1)
  }
  let best: Window | undefined
  for (const [start, equal] of votes) if (!best || equal > best.equal) best = {start, equal}
  return best ?? mostAlike(target, wanted, deadline)
}

function mostAlike({document}: TargetFile, wanted: readonly string[], deadline: number): Window | undefined {
  const longest = wanted.reduce(
    (best, line, index) => (line.trim().length > (wanted[best] ?? '').trim().length ? index : best),
    0,
  )
  const pairs = pairsOf(wanted[longest] ?? '')
  let best = {score: 0.5, start: Number.NaN}
  const count = document.lineStarts().length
  for (let at = 0; at < count; at++) {
    if (at % 32 === 0 && performance.now() > deadline) break
    const line = lineText(document, at)
    const score = line.length > 2000 ? 0 : alike(pairs, pairsOf(line))
    if (score > best.score) best = {score, start: at - longest}
  }
  return Number.isNaN(best.start) ? undefined : {start: best.start, equal: 0}
}

function shown({document}: TargetFile, wanted: readonly string[], {start, equal}: Window): string[] {
  const first = Math.max(0, start)
  const last = Math.min(document.lineStarts().length, start + wanted.length) - 1
  const rows = [
    `Nearest: lines ${first + 1}-${last + 1}${equal > 0 ? ` (${equal} of ${wanted.length} lines equal but for blanks)` : ''}. A tab is shown as →, blanks at the ends as ·.`,
  ]
  const exact: string[] = []
  for (let at = first; at <= last && exact.length < MAX_SHOWN; at++) {
    const line = lineText(document, at)
    const yours = wanted[at - start] ?? ''
    exact.push(line.length > 2000 ? `${line.slice(0, 2000)}…` : line)
    if (line !== yours)
      rows.push(
        `  line ${at + 1}  file:  ${visible(line)}`,
        `  ${' '.repeat(`line ${at + 1}`.length)}  yours: ${visible(yours)}`,
      )
  }
  const cut = last - first + 1 > MAX_SHOWN ? `The first ${MAX_SHOWN} of its lines` : 'Exact text'
  return [...rows, `${cut} to copy as the old text:`, quoted(exact)]
}
