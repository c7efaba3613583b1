import type {Place} from './choose.ts'
import {assemble, lineOf, type TextDocument} from './document.ts'
import type {HunkEdit, ReplaceEdit} from './formats/types.ts'
import {locate, type Found} from './locate.ts'
import {locateHunk} from './locate-hunk.ts'
import {checkReplacement, checkedHunk} from './precheck.ts'
import {EditRefusal, type Refused} from './refusal.ts'
import {looser, type Rung} from './rungs.ts'
import {repeatedIn} from './sequence.ts'
import {targetFile, type TargetFile} from './target-file.ts'

/** How long looking for near matches may take in one call, for all of its edits together. */
const DIAGNOSIS_MS = 25

export type FileEdit = {
  /** 1-based number in the batch. */
  number: number
  edit: ReplaceEdit | HunkEdit
}

export type Resolution = {
  text: string
  /** The loosest that was needed. */
  rung: Rung
  notes: string[]
  /** 1-based lines of the new text from the first changed one to the last. */
  lines: {first: number; last: number}
}

type Located = {number: number; edit: FileEdit['edit']; found: Found}

/**
 * All edits of a file, each looked for in the file as it was, whatever their order.
 * @param source the decoded file, its BOM included
 * @returns the new text, or every edit that cannot be made with certainty
 */
export function resolveFile(name: string, source: string, edits: readonly FileEdit[]): Resolution | Refused[] {
  const deadline = performance.now() + DIAGNOSIS_MS
  const target = targetFile(name, source)
  const located: Located[] = []
  const refused: Refused[] = []
  for (const {number, edit} of edits) {
    try {
      located.push({number, edit, found: locateEdit(target, edit, deadline)})
    } catch (error) {
      refused.push(asRefused(error, number, name))
    }
  }
  if (refused.length > 0) return inSequence({name, source, edits, refused, deadline}) ?? refused
  const conflicts = located.length > 1 ? conflictsBetween(target, located) : []
  if (conflicts.length > 0) return conflicts
  return resolution(target.document, located)
}

export function asRefused(error: unknown, number: number, path: string): Refused {
  if (!(error instanceof EditRefusal)) throw error
  return {edit: number, path, code: error.code, message: error.message}
}

function locateEdit(target: TargetFile, edit: FileEdit['edit'], deadline: number): Found {
  if (edit.kind === 'hunk') return locateHunk(target, checkedHunk(target, edit), deadline)
  let first: EditRefusal | undefined
  const found: Found[] = []
  for (const reading of edit.readings) {
    try {
      const halves = checkReplacement(target, reading)
      const {lineHint} = edit
      const wanted = {...halves, wholeLines: edit.wholeLines === true, all: edit.all === true, deadline}
      found.push(locate(target, lineHint === undefined ? wanted : {...wanted, lineHint}))
    } catch (error) {
      if (!(error instanceof EditRefusal)) throw error
      if (error.code === 'ambiguous') throw error
      first ??= error
    }
  }
  const [only, ...more] = found
  if (only && more.length === 0) return only
  if (only)
    throw new EditRefusal(
      'malformed',
      'The block can be parted in several ways, and more than one fits the file. Use longer marks.',
    )
  throw first ?? new EditRefusal('malformed', 'The block has no text.')
}

/** Two edits conflict when one changes what the other shows or changes; shared lines that both leave alone are no conflict. */
function conflictsBetween({document, name}: TargetFile, located: readonly Located[]): Refused[] {
  const spans = located.flatMap(({number, found}) =>
    found.spans.map((span, index) => ({
      number,
      span,
      changed: found.splices.length === found.spans.length ? [found.splices[index]] : found.splices,
    })),
  )
  const ordered = spans.toSorted((a, b) => a.span.start - b.span.start || a.number - b.number)
  const conflicts = new Map<number, Refused>()
  let reach: typeof ordered = []
  for (const one of ordered) {
    reach = reach.filter((earlier) => earlier.span.end > one.span.start || earlier.span.start === one.span.start)
    for (const earlier of reach) {
      if (earlier.number === one.number) continue
      const collides =
        [...earlier.changed].some((change) => change && touches(change, one.span)) ||
        [...one.changed].some((change) => change && touches(change, earlier.span))
      if (!collides) continue
      const [kept, later] = [earlier.number, one.number].toSorted((a, b) => a - b)
      if (kept === undefined || later === undefined) continue
      conflicts.set(later, overlap({kept, later, name, line: lineOf(document, one.span.start) + 1}))
    }
    reach.push(one)
  }
  return [...conflicts.values(), ...repeats(located, name)]
}

function overlap({kept, later, name, line}: {kept: number; later: number; name: string; line: number}): Refused {
  return {
    edit: later,
    path: name,
    code: 'overlap',
    message: `Edits ${kept} and ${later} change the same text of ${name}, at line ${line}. Every edit of a call is looked for in the file as it was: make one edit of them.`,
  }
}

/** An insertion touches what surrounds it, and another one at the same place. */
function touches(change: Place, span: Place): boolean {
  if (change.start === change.end || span.start === span.end)
    return change.start === span.start && change.end === span.end
      ? true
      : change.start < span.end && span.start < change.end
  return change.start < span.end && span.start < change.end
}

/** An old text that an earlier edit writes too could mean either place. */
function repeats(located: readonly Located[], name: string): Refused[] {
  const plain = located.flatMap(({number, edit}) =>
    edit.kind === 'replace' && !edit.all ? [{number, halves: edit.readings[0]}] : [],
  )
  return repeatedIn(plain).map(({number, earlier}) => ({
    edit: number,
    path: name,
    code: 'ambiguous',
    message: `The old text of edit ${number} is in ${name} and also in what edit ${earlier} writes. Give it lines that tell the two apart.`,
  }))
}

function resolution(document: TextDocument, located: readonly Located[]): Resolution {
  const splices = located.flatMap(({found}) => found.splices)
  const rung = located.reduce<Rung>((loosest, {found}) => looser(loosest, found.rung), 'exact')
  const notes = located.flatMap(({number, found}) =>
    found.note === undefined ? [] : [`edit ${number}: ${found.note}`],
  )
  const start = splices.reduce((least, splice) => Math.min(least, splice.start), document.text.length)
  const end = splices.reduce((most, splice) => Math.max(most, splice.start, splice.end - 1), 0)
  const text = assemble(document, splices)
  const first = lineOf(document, start) + 1
  const growth = feeds(text) - feeds(document.raw)
  return {text, rung, notes, lines: {first, last: Math.max(first, lineOf(document, end) + 1 + growth)}}
}

/** Line ends, counted without making anything. */
function feeds(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}

type Sequence = {
  name: string
  source: string
  edits: readonly FileEdit[]
  refused: readonly Refused[]
  deadline: number
}

/**
 * Where an old text is missing because an earlier edit of the call writes it, the edits are made one after the other.
 * Only then, and only if each is certain in its turn.
 */
function inSequence({name, source, edits, refused, deadline}: Sequence): Resolution | undefined {
  const missing = new Set(refused.map((one) => one.edit))
  if (edits.length < 2 || refused.some((one) => one.code !== 'no_match' && one.code !== 'already_applied'))
    return undefined
  let text = source
  let rung: Rung = 'exact'
  const notes: string[] = []
  let lines = {first: Number.POSITIVE_INFINITY, last: 0}
  for (const {number, edit} of edits) {
    try {
      const target = targetFile(name, text)
      const found = locateEdit(target, edit, deadline)
      if (missing.has(number) && found.rung !== 'exact') return undefined
      const step = resolution(target.document, [{number, edit, found}])
      text = step.text
      rung = looser(rung, step.rung)
      notes.push(...step.notes)
      lines = {first: Math.min(lines.first, step.lines.first), last: Math.max(lines.last, step.lines.last)}
    } catch (error) {
      if (error instanceof EditRefusal) return undefined
      throw error
    }
  }
  return {text, rung, notes: [...notes, 'made one after the other, since an edit refers to what another writes'], lines}
}
