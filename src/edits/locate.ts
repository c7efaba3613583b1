import {choose, type Place} from './choose.ts'
import {modelLines, rewrite} from './compose.ts'
import {lineOf, type Splice, type TextDocument} from './document.ts'
import {withEndings} from './line-view.ts'
import {ambiguity} from './explain-places.ts'
import {miss} from './explain-miss.ts'
import type {OldNew} from './formats/types.ts'
import {indentOf} from './indentation.ts'
import {withoutJunk} from './junk.ts'
import {elided} from './elision.ts'
import type {Level} from './line-index.ts'
import {hasEvidence, linePlaces, writeLines} from './line-places.ts'
import {spelledLikeFile} from './look-alike-text.ts'
import {fold, foldInPlace, hasLookAlikes} from './look-alikes.ts'
import {hasForeignLine} from './absent-words.ts'
import {occurrences, separateOccurrences} from './occurrences.ts'
import {EditRefusal} from './refusal.ts'
import type {Rung} from './rungs.ts'
import type {TargetFile} from './target-file.ts'

export type Wanted = OldNew & {
  /** Both texts are whole lines. */
  wholeLines: boolean
  /** Every place, exact ones only. */
  all: boolean
  lineHint?: number
  /** On the clock of performance.now(): how long looking for near matches may take. */
  deadline: number
}

/** An edit with its place. */
export type Found = {
  rung: Rung
  splices: Splice[]
  /** All of the matched text, changed or not. */
  spans: Place[]
  note?: string
}

type Step = (target: TargetFile, wanted: Wanted) => Found | undefined

/**
 * Asks one rung after the other, strictest first. The first that finds anything decides: one place is taken, several are
 * refused, and no looser rung is asked then.
 * @throws EditRefusal (ambiguous, indent, no_match)
 */
export function locate(target: TargetFile, wanted: Wanted): Found {
  if (wanted.all) return everywhere(target, wanted)
  for (const step of STEPS) {
    const found = step(target, wanted)
    if (found) return found
  }
  throw miss(target, wanted)
}

const STEPS: readonly Step[] = [
  exact,
  finalNewline,
  loneReturns,
  onLines('trimmed-end', 'trailing-blanks'),
  onLines('trimmed', 'indentation'),
  lookAlikes,
  onLines('folded', 'look-alikes'),
  onLines('collapsed', 'inner-blanks'),
  junk,
  elision,
]

function everywhere(target: TargetFile, wanted: Wanted): Found {
  const places = separateOccurrences(target.document.text, wanted.old)
  if (places.length === 0) throw miss(target, wanted)
  const spans = places.map((start) => ({start, end: start + wanted.old.length}))
  const endings = endingsOf(target.document, wanted)
  return {rung: 'exact', spans, splices: spans.map(({start, end}) => ({start, end, insert: endings(start)}))}
}

/** The new text with the line ends of the old one: its first LF takes the end that the first one has there, and so on. */
function endingsOf(document: TextDocument, {old, new: next}: OldNew): (start: number) => string {
  if (!document.mixed || !next.includes('\n')) {
    const insert = next.replaceAll('\n', () => document.ending)
    return () => insert
  }
  const feeds = Array.from(old.matchAll(/\n/g), (match) => match.index)
  return (start) =>
    withEndings(
      next,
      feeds.map((feed) => document.endingAt(start + feed)),
      document.ending,
    )
}

/** Takes the one place that is meant. */
function decide<One extends Place>(target: TargetFile, wanted: Wanted, places: readonly One[]): One | undefined {
  if (places.length === 0) return undefined
  const place = choose(target.document, places, wanted.lineHint)
  if (!place) throw ambiguity(target, places)
  return place
}

function exact(target: TargetFile, wanted: Wanted): Found | undefined {
  const places = exactPlaces(target.document.text, wanted)
  const place = decide(target, wanted, places)
  if (!place) return undefined
  const isOpen = wanted.wholeLines && place.end - place.start < wanted.old.length
  if (isOpen) return {...inLines(target, place, {wanted, level: 'exact'}), rung: 'final-newline'}
  refuseHalfIndented(target.document, place, wanted)
  return {rung: 'exact', spans: [place], splices: [exactSplice(target, place, wanted)]}
}

/**
 * Where a text begins behind blanks of the file, its first line gets them and its other lines do not. They must show that
 * they reckon with it: indented as far as that line, or as a line of the old text is.
 * @throws EditRefusal (indent)
 */
function refuseHalfIndented({text}: TextDocument, {start}: Place, {old, new: next}: OldNew): void {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  if (lineStart === start || start === 0 || text.slice(lineStart, start).trim() !== '' || !next.includes('\n')) return
  const indent = indentOf(text.slice(lineStart, start) + old)
  const known = new Set(old.split('\n').slice(1).map(indentOf))
  const lost = next
    .split('\n')
    .slice(1)
    .find((line) => line.trim() !== '' && !line.startsWith(indent) && !known.has(indentOf(line)))
  if (lost === undefined) return
  throw new EditRefusal(
    'indent',
    `The old text begins behind the indentation of its line, and it is not certain how far to indent this new line: ${JSON.stringify(lost.slice(0, 200))}. Put the line's indentation in front of both texts.`,
  )
}

export function exactPlaces(text: string, {old, wholeLines}: {old: string; wholeLines: boolean}): Place[] {
  if (!wholeLines) return occurrences(text, old).map((start) => ({start, end: start + old.length}))
  const starts = occurrences(text, `\n${old}`).map((feed) => feed + 1)
  if (text.startsWith(old)) starts.unshift(0)
  const places = starts.map((start) => ({start, end: start + old.length}))
  const open = old.slice(0, -1)
  const isLast = !text.endsWith('\n') && open !== '' && (text === open || text.endsWith(`\n${open}`))
  return isLast ? [...places, {start: text.length - open.length, end: text.length}] : places
}

/** The file's last line has no end, and the old text has one. */
function finalNewline(target: TargetFile, wanted: Wanted): Found | undefined {
  const {text} = target.document
  if (wanted.wholeLines || !wanted.old.endsWith('\n') || text.endsWith('\n')) return undefined
  const old = wanted.old.slice(0, -1)
  if (old === '' || !text.endsWith(old)) return undefined
  const place = {start: text.length - old.length, end: text.length}
  const next = wanted.new.endsWith('\n') ? wanted.new.slice(0, -1) : wanted.new
  return {rung: 'final-newline', spans: [place], splices: [exactSplice(target, place, {old, new: next})]}
}

/** A CR alone is text in a file with LF, unless nothing else lets the lines be found. */
function loneReturns(target: TargetFile, wanted: Wanted): Found | undefined {
  const other = target.withLoneReturns()
  const found = other && exact(other, wanted)
  return found && {...found, rung: 'lone-returns'}
}

/** The text is there as it is: what stays of it keeps the file's line ends. */
function exactSplice({document}: TargetFile, place: Place, {old, new: next}: OldNew): Splice {
  const feed = document.text.indexOf('\n', place.start)
  const isOneLine = feed < 0 || feed >= place.end
  if (isOneLine && !document.mixed && !document.oneEnding)
    return {...place, insert: document.ending === '\n' ? next : next.replaceAll('\n', document.ending)}
  return rewrite(document, {
    region: place,
    old: modelLines(old),
    next: modelLines(next),
    key: (text) => text,
    render: (text) => text,
  })
}

function onLines(level: Level, rung: Rung): Step {
  return (target, wanted) => {
    if (rung === 'look-alikes' && !mayLookAlike(target, wanted)) return undefined
    const lines = modelLines(wanted.old)
    // Only where look-alikes are forgiven may a word of the file be spelled otherwise.
    if (rung !== 'look-alikes' && hasForeignLine(target, lines)) return undefined
    const place = decide(target, wanted, linePlaces(target, lines, level))
    return place && {...inLines(target, place, {wanted, level}), rung}
  }
}

function inLines(
  target: TargetFile,
  place: Place,
  {wanted, level}: {wanted: Wanted; level: Level},
): Omit<Found, 'rung'> {
  const edit = {old: modelLines(wanted.old), next: modelLines(wanted.new)}
  return {spans: [place], splices: [writeLines(target, place, {edit, level})]}
}

function mayLookAlike(target: TargetFile, wanted: Wanted): boolean {
  return target.hasLookAlikes() || hasLookAlikes(wanted.old)
}

/** Quotes, dashes and spaces of another kind, character for character, also within a line. */
function lookAlikes(target: TargetFile, wanted: Wanted): Found | undefined {
  const {document} = target
  if (!mayLookAlike(target, wanted) || !hasEvidence([wanted.old])) return undefined
  const place = decide(target, wanted, exactPlaces(target.folded(), {...wanted, old: foldInPlace(wanted.old)}))
  if (!place) return undefined
  const [old, next] = [modelLines(wanted.old), modelLines(wanted.new)]
  const file = modelLines(document.text.slice(place.start, place.end)).map((line) => line.text)
  const spelled = spelledLikeFile(
    file,
    old.map((line) => line.text),
    next.map((line) => line.text),
  )
  const isOpen = place.end - place.start < wanted.old.length
  const lastOpen = (lines: typeof old) =>
    isOpen ? lines.map((line, index) => (index === lines.length - 1 ? {...line, ended: false} : line)) : lines
  const splice = rewrite(document, {
    region: place,
    old: lastOpen(old),
    next: lastOpen(next),
    key: fold,
    render: (_, index) => spelled(index),
  })
  return {rung: 'look-alikes', spans: [place], splices: [splice]}
}

/** Line numbers, fences or escapes around both halves. */
function junk(target: TargetFile, wanted: Wanted): Found | undefined {
  const {document} = target
  const places = withoutJunk(wanted).flatMap((halves) =>
    exactPlaces(document.text, {old: halves.old, wholeLines: wanted.wholeLines})
      .filter(
        ({start}) =>
          !halves.atHint || (isLineStart(document.text, start) && lineOf(document, start) + 1 === halves.lineHint),
      )
      .map((place) => ({...place, halves})),
  )
  const distinct = places.filter((place, index) => places.findIndex((other) => isSamePlace(place, other)) === index)
  const hint = distinct.find((place) => place.halves.lineHint !== undefined)?.halves.lineHint
  const place = decide(target, hint === undefined ? wanted : {...wanted, lineHint: hint}, distinct)
  if (!place) return undefined
  const found = inExactPlace(target, place, {...wanted, ...place.halves})
  return {...found, rung: 'junk', note: `without ${place.halves.what} around it`}
}

function isSamePlace(a: Place & {halves: OldNew}, b: Place & {halves: OldNew}): boolean {
  return a.start === b.start && a.end === b.end && a.halves.new === b.halves.new
}

function inExactPlace(target: TargetFile, place: Place, wanted: Wanted): Omit<Found, 'rung'> {
  if (wanted.wholeLines && place.end - place.start < wanted.old.length)
    return inLines(target, place, {wanted, level: 'exact'})
  return {spans: [place], splices: [exactSplice(target, place, wanted)]}
}

function isLineStart(text: string, at: number): boolean {
  return at === 0 || text[at - 1] === '\n'
}

/** Paired lines of three dots stand for what both halves leave out. */
function elision(target: TargetFile, wanted: Wanted): Found | undefined {
  const found = elided(target.document, target.index(), wanted)
  if (!found) return undefined
  const {document} = target
  const start = document.lineStarts()[found.firstLine] ?? 0
  const end = document.lineStarts()[found.lastLine + 1] ?? document.text.length
  return {rung: 'elision', spans: [{start, end}], splices: found.splices}
}
