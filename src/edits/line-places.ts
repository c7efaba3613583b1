import {rewrite, modelLines, type ModelLine} from './compose.ts'
import {contentEnd, lineEnd, lineOf, lineText, type Splice} from './document.ts'
import type {Place} from './choose.ts'
import {indentMap, indentOf, type IndentMap} from './indentation.ts'
import {keyOf, type Level} from './line-index.ts'
import type {Block} from './line-script.ts'
import {spelledLikeFile} from './look-alike-text.ts'
import {hasLookAlikes} from './look-alikes.ts'
import {EditRefusal} from './refusal.ts'
import type {TargetFile} from './target-file.ts'

/** Lines of a model that stand for whole lines of the file, and what shall be there. */
export type LineEdit = {
  old: readonly ModelLine[]
  next: readonly ModelLine[]
  /** Which lines differ, where the format says it. */
  blocks?: readonly Block[]
  /** What a diff says of the newline after the file's last line. */
  finalNewline?: {old: boolean; new: boolean}
}

/** Four letters or digits: a lone bracket is no evidence for a place. */
export function hasEvidence(lines: readonly string[]): boolean {
  return (lines.join('').match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= 4
}

/** Every run of whole lines that equals the wanted ones on a level. */
export function linePlaces(target: TargetFile, old: readonly ModelLine[], level: Level): Place[] {
  const texts = old.map((line) => line.text)
  if (texts.length === 0 || (level !== 'trimmed-end' && !hasEvidence(texts))) return []
  return target
    .index()
    .runs(texts, level)
    .map((first) => placeOfLines(target, first, old))
}

export function placeOfLines({document}: TargetFile, first: number, old: readonly ModelLine[]): Place {
  const last = first + old.length - 1
  const end = old.at(-1)?.ended === false ? contentEnd(document, last) : lineEnd(document, last)
  return {start: document.lineStarts()[first] ?? 0, end}
}

/**
 * What to write where whole lines were found on a level: unchanged lines keep the file's bytes, changed ones get the
 * file's indentation by the one map that all found lines agree on.
 * @throws EditRefusal (indent, no_match) when a changed line cannot be written with certainty
 */
export function writeLines(target: TargetFile, place: Place, {edit, level}: {edit: LineEdit; level: Level}): Splice {
  const {old, next} = endedLikeFile(target, place, edit)
  const first = lineOf(target.document, place.start)
  const file = old.map((_, index) => lineText(target.document, first + index))
  const map = level === 'exact' || level === 'trimmed-end' ? undefined : indentsFor({file, old, next}, target)
  const spelled = level === 'folded' || level === 'collapsed' ? spelling({file, old, next}, level) : undefined
  return rewrite(target.document, {
    region: place,
    old,
    next,
    ...(edit.blocks && {blocks: edit.blocks}),
    key: (text) => indentOf(text) + keyOf(text, level === 'trimmed' ? 'trimmed-end' : level),
    render: (text, index) => {
      if (!map || text === '') return text
      const indent = map.of(indentOf(text))
      if (text.trim() === '') return indent ?? ''
      if (indent === undefined) throw indentRefusal(text)
      return indent + (spelled ? spelled(index) : text.slice(indentOf(text).length))
    },
  })
}

type Lines = {file: readonly string[]; old: readonly ModelLine[]; next: readonly ModelLine[]}

function indentsFor({file, old, next}: Lines, target: TargetFile): IndentMap {
  const map = indentMap(
    old.map((line, index) => ({model: line.text, file: file[index] ?? ''})),
    {others: next.map((line) => line.text), narrowest: target.narrowestIndent()},
  )
  if (map) return map
  throw new EditRefusal(
    'indent',
    `The lines are in ${target.name}, but indented against each other in another way than in the old text. Copy their indentation exactly.`,
  )
}

function indentRefusal(text: string): EditRefusal {
  return new EditRefusal(
    'indent',
    `The old text was found with another indentation, and it is not certain how far to indent this new line: ${JSON.stringify(text.slice(0, 200))}. Copy the file's indentation exactly, in both texts.`,
  )
}

/** How changed lines are spelled where the file has other quotes, dashes, spaces or accents than the model. */
function spelling({file, old, next}: Lines, level: Level): ((index: number) => string) | undefined {
  const contents = (lines: readonly string[]) => lines.map((line) => line.trim())
  const [fileTexts, oldTexts] = [contents(file), contents(old.map((line) => line.text))]
  if (level === 'collapsed') {
    const plain = (line: string) => line.replace(/\s+/g, ' ')
    if (fileTexts.every((line, index) => plain(line) === plain(oldTexts[index] ?? ''))) return undefined
  }
  if (!hasLookAlikes([...fileTexts, ...oldTexts].join(''))) return undefined
  const nextTexts = next.map((line) => line.text.slice(indentOf(line.text).length))
  return spelledLikeFile(fileTexts, oldTexts, nextTexts)
}

/** A file's last line may lack its end where the model's has one: its state stays, unless a diff says otherwise. */
function endedLikeFile(
  {document}: TargetFile,
  place: Place,
  {old, next, finalNewline}: LineEdit,
): {old: readonly ModelLine[]; next: readonly ModelLine[]} {
  if (place.end !== document.text.length || old.at(-1)?.ended !== true) return {old, next: checkedEnd(old, next)}
  const isOpen = document.text.charCodeAt(place.end - 1) !== 10
  const ended = (lines: readonly ModelLine[], end: boolean) =>
    lines.map((line, index) => (index === lines.length - 1 ? {...line, ended: end} : line))
  if (finalNewline) return {old: ended(old, !isOpen), next: ended(next, finalNewline.new)}
  return isOpen ? {old: ended(old, false), next: ended(next, false)} : {old, next: checkedEnd(old, next)}
}

/** Without the line end that the old text has, the new one would be glued to the line behind it. */
function checkedEnd(old: readonly ModelLine[], next: readonly ModelLine[]): readonly ModelLine[] {
  if (old.at(-1)?.ended === true && next.at(-1)?.ended === false)
    throw new EditRefusal('no_match', 'The old text ends with a line end and the new one does not: end both alike.')
  return next
}

/** Lines of a text for a place in the middle of lines. */
export function linesOf(text: string): ModelLine[] {
  return modelLines(text)
}
