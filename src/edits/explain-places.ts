import type {Place} from './choose.ts'
import {lineOf, lineText, type TextDocument} from './document.ts'
import {MAX_PLACES} from './occurrences.ts'
import {EditRefusal} from './refusal.ts'
import {quoted} from './shown-lines.ts'
import type {TargetFile} from './target-file.ts'

const MAX_SHOWN = 5
const MAX_NUMBERS = 20
/** Lines that a text may grow by to become unique. */
const MAX_GROWTH = 8
const MAX_LINES = 12

/** Tells where a text is, and for each place the shortest text of whole lines that is only there. */
export function ambiguity({document, name}: TargetFile, places: readonly Place[]): EditRefusal {
  const spans = places.map((place) => ({
    first: lineOf(document, place.start),
    last: lineOf(document, Math.max(place.start, place.end - 1)),
  }))
  const numbers = spans.slice(0, MAX_NUMBERS).map(({first}) => first + 1)
  const count = `${places.length >= MAX_PLACES ? 'at least ' : ''}${places.length}`
  const more = places.length > MAX_NUMBERS ? ' and more' : ''
  const rows = [`The old text fits ${count} places of ${name}: lines ${[...new Set(numbers)].join(', ')}${more}.`]
  for (const [index, span] of spans.slice(0, MAX_SHOWN).entries()) {
    const text = uniqueText(document, spans, index)
    if (text) rows.push(`Only at line ${span.first + 1}:`, quoted(text))
  }
  rows.push(
    'Send the old and the new text with the lines of the place that is meant, or set replace_all to change every one.',
  )
  return new EditRefusal('ambiguous', rows.join('\n'))
}

type Span = {first: number; last: number}

function uniqueText(document: TextDocument, spans: readonly Span[], index: number): string[] | undefined {
  const own = spans[index]
  if (!own || own.last - own.first >= MAX_LINES) return undefined
  const others = spans.filter((span, at) => at !== index && span.first !== own.first)
  if (others.length < spans.length - 1) return undefined
  for (let growth = 0; growth <= MAX_GROWTH; growth++) {
    for (let up = growth; up >= 0; up--) {
      const [from, to] = [own.first - up, own.last + growth - up]
      if (from < 0 || to >= document.lineStarts().length) continue
      if (others.every((other) => differs(document, {own, other, from, to}))) return linesBetween(document, from, to)
    }
  }
  return undefined
}

function differs(
  document: TextDocument,
  {own, other, from, to}: {own: Span; other: Span; from: number; to: number},
): boolean {
  const shift = other.first - own.first
  for (let line = from; line <= to; line++) {
    if (line + shift < 0 || line + shift >= document.lineStarts().length) return true
    if (lineText(document, line) !== lineText(document, line + shift)) return true
  }
  return false
}

function linesBetween(document: TextDocument, from: number, to: number): string[] {
  return Array.from({length: to - from + 1}, (_, index) => lineText(document, from + index))
}
