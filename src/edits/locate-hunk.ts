import {scopesOf, type Scope} from './anchors.ts'
import {choose, type Place} from './choose.ts'
import {lineEnd, lineOf, type Splice} from './document.ts'
import {miss} from './explain-miss.ts'
import {ambiguity} from './explain-places.ts'
import type {HunkEdit, HunkLine} from './formats/types.ts'
import type {Level} from './line-index.ts'
import {linePlaces, placeOfLines, writeLines, type LineEdit} from './line-places.ts'
import type {Block} from './line-script.ts'
import {exactPlaces, type Found} from './locate.ts'
import {EditRefusal} from './refusal.ts'
import type {Rung} from './rungs.ts'
import type {TargetFile} from './target-file.ts'

/**
 * Finds the lines of a hunk by the same ladder as a text. Anchors, the end of the file and line numbers choose between
 * places; an anchor that is missing matters only where the lines alone are not unique.
 * @throws EditRefusal (ambiguous, indent, no_match)
 */
export function locateHunk(target: TargetFile, hunk: HunkEdit, deadline: number): Found {
  if (hunk.lines.every((line) => line.sign === '+')) return addition(target, hunk)
  const edit = lineEdit(hunk, (line) => line.text)
  for (const step of STEPS) {
    const found = step(target, hunk, edit)
    if (found) return found
  }
  throw miss(target, {old: textOf(edit.old), new: textOf(edit.next), deadline})
}

/** Anchors that stand in more places than this tell nothing apart. */
const MAX_SCOPES = 1000

type Step = (target: TargetFile, hunk: HunkEdit, edit: LineEdit) => Found | undefined

const STEPS: readonly Step[] = [
  exact,
  unsigned,
  loneReturns,
  onLevel('trimmed-end', 'trailing-blanks'),
  onLevel('trimmed', 'indentation'),
  onLevel('folded', 'look-alikes'),
  onLevel('collapsed', 'inner-blanks'),
]

function exact(target: TargetFile, hunk: HunkEdit, edit: LineEdit): Found | undefined {
  // Where some lines lack their sign, the blank in front of others may be theirs: both readings count then.
  if (hunk.lines.some((line) => line.unsigned !== undefined && line.unsigned !== '' && !line.unsigned.startsWith(' ')))
    return undefined
  const places = exactPlaces(target.document.text, {old: textOf(edit.old), wholeLines: true})
  return written(target, decide(target, hunk, places), {edit, level: 'exact', rung: 'exact'})
}

function unsigned(target: TargetFile, hunk: HunkEdit, edit: LineEdit): Found | undefined {
  if (!hunk.lines.some((line) => line.unsigned !== undefined)) return undefined
  const options = hunk.lines
    .filter((line) => line.sign !== '+')
    .map((line) => (line.unsigned === undefined ? [line.text] : [line.text, line.unsigned]))
  const places = target
    .index()
    .runsOfAny(options, 'exact')
    .map((first) => placeOfLines(target, first, edit.old))
  return written(target, decide(target, hunk, places), {edit, level: 'exact', rung: 'unsigned-lines'})
}

function loneReturns(target: TargetFile, hunk: HunkEdit, edit: LineEdit): Found | undefined {
  const other = target.withLoneReturns()
  const found = other && exact(other, hunk, edit)
  return found && {...found, rung: 'lone-returns'}
}

function onLevel(level: Level, rung: Rung): Step {
  return (target, hunk, edit) => {
    const choice = decide(target, hunk, linePlaces(target, edit.old, level))
    if (!choice) return undefined
    try {
      return written(target, choice, {edit, level, rung})
    } catch (error) {
      const isMixed = hunk.lines.some((line) => line.unsigned !== undefined)
      if (!(error instanceof EditRefusal) || error.code !== 'indent' || !isMixed) throw error
      return written(target, choice, {edit: lineEdit(hunk, (line) => line.unsigned ?? line.text), level, rung})
    }
  }
}

type Choice = {place: Place; note?: string}

function written(
  target: TargetFile,
  choice: Choice | undefined,
  how: {edit: LineEdit; level: Level; rung: Rung},
): Found | undefined {
  if (!choice) return undefined
  const {edit, level, rung} = how
  return {
    rung,
    spans: [choice.place],
    splices: [writeLines(target, choice.place, {edit, level})],
    ...(choice.note !== undefined && {note: choice.note}),
  }
}

/** @throws EditRefusal (ambiguous) when several places fit and nothing tells them apart */
function decide(target: TargetFile, hunk: HunkEdit, places: readonly Place[]): Choice | undefined {
  if (places.length === 0) return undefined
  const {document} = target
  const [only, ...more] = places
  if (only && more.length === 0) {
    const isFound = hunk.anchors.length === 0 || scopesOf(target, hunk.anchors).length > 0
    return isFound
      ? {place: only}
      : {
          place: only,
          note: `the line ${JSON.stringify(hunk.anchors.at(-1))} is not in the file; the changed lines are there only once`,
        }
  }
  const isOpenEnded = hunk.finalNewline?.old === false || hunk.atEnd === true
  const atEnd = isOpenEnded ? places.filter((place) => place.end === document.text.length) : []
  const left = atEnd.length > 0 ? atEnd : places
  const place = inScopes(target, hunk, left)
  if (!place) throw ambiguity(target, left)
  return {place}
}

function inScopes(target: TargetFile, hunk: HunkEdit, places: readonly Place[]): Place | undefined {
  const {document} = target
  if (hunk.anchors.length === 0) return choose(document, places, hunk.lineHint)
  const scopes = scopesOf(target, hunk.anchors)
  if (scopes.length > MAX_SCOPES) return choose(document, places, hunk.lineHint)
  const isIn = (place: Place, scope: Scope) =>
    lineOf(document, place.start) < scope.end && lineOf(document, Math.max(place.start, place.end - 1)) >= scope.line
  const left = places.filter((place) => scopes.some((scope) => isIn(place, scope)))
  const byNumber = choose(document, left, hunk.lineHint)
  const [scope, ...others] = scopes
  if (byNumber || !scope || scope.isBlock || others.length > 0) return byNumber
  const [first, second] = left
  const distance = (place: Place) => lineOf(document, place.start) - scope.line
  // Under a flat anchor the next place is meant, if it is clearly nearer than the one after it.
  return first && second && distance(second) >= 3 * Math.max(1, distance(first)) ? first : undefined
}

/** Lines to add and nothing to find: under the last anchor, or at the end where the format says so. */
function addition(target: TargetFile, hunk: HunkEdit): Found {
  const {document} = target
  const texts = hunk.lines.map((line) => line.text)
  if (hunk.anchors.length > 0) {
    const scopes = scopesOf(target, hunk.anchors)
    const places = scopes.map(({line}) => ({start: document.lineStarts()[line] ?? 0, end: lineEnd(document, line)}))
    if (places.length === 0)
      throw new EditRefusal(
        'no_match',
        `The line ${JSON.stringify(hunk.anchors.at(-1))}, under which lines shall be added, is not in ${target.name}.`,
      )
    const place = choose(document, places, hunk.lineHint)
    if (!place) throw ambiguity(target, places)
    return inserted(target, place.end, texts)
  }
  if (hunk.appends || hunk.atEnd || document.text === '') return inserted(target, document.text.length, texts)
  throw new EditRefusal(
    'no_match',
    'The hunk only adds lines, and a line number alone does not tell where. Add the line that stands above or below as context.',
  )
}

function inserted({document}: TargetFile, at: number, texts: readonly string[]): Found {
  const isOpen = at > 0 && document.text.charCodeAt(at - 1) !== 10
  const ending = at > 0 && !isOpen ? document.endingAt(at - 1) : document.ending
  const insert = isOpen ? texts.map((text) => ending + text).join('') : texts.map((text) => text + ending).join('')
  const splice: Splice = {start: at, end: at, insert}
  return {rung: 'exact', spans: [{start: at, end: at}], splices: [splice]}
}

function lineEdit(hunk: HunkEdit, textOfKept: (line: HunkLine) => string): LineEdit {
  const reading = (line: HunkLine) => ({text: line.sign === ' ' ? textOfKept(line) : line.text, ended: true})
  return {
    old: hunk.lines.filter((line) => line.sign !== '+').map(reading),
    next: hunk.lines.filter((line) => line.sign !== '-').map(reading),
    blocks: blocksOf(hunk.lines),
    ...(hunk.finalNewline && {finalNewline: hunk.finalNewline}),
  }
}

/** Which lines the hunk drops and adds, in its own order. */
function blocksOf(lines: readonly HunkLine[]): Block[] {
  const blocks: Block[] = []
  let [before, after] = [0, 0]
  let open: Block | undefined
  for (const {sign} of lines) {
    if (sign === ' ') {
      open = undefined
      before++
      after++
      continue
    }
    if (!open) {
      open = {beforeStart: before, beforeEnd: before, afterStart: after, afterEnd: after}
      blocks.push(open)
    }
    if (sign === '-') open.beforeEnd = ++before
    else open.afterEnd = ++after
  }
  return blocks
}

function textOf(lines: LineEdit['old']): string {
  return lines.map((line) => `${line.text}\n`).join('')
}
