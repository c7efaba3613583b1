import {lineView, toLineFeeds, withEndings} from './line-view.ts'
import {describeMiss, describePlaces} from './nearest.ts'
import {EditRefusal} from './refusal.ts'

export type Replacement = {
  text: string
  /** 1-based lines of the new text that the replacement now fills. */
  firstLine: number
  lastLine: number
}

/**
 * Replaces a text that occurs exactly once, and refuses anything else. Line ends are compared as LF; the new text
 * takes the ends of the lines it replaces, and everything outside the place keeps its bytes.
 * @param text the file's text, with its BOM if it has one
 * @throws EditRefusal (empty, same, malformed, no-match, ambiguous) whose message shows the nearest candidates
 */
export function replaceUnique(text: string, old: string, replacement: string): Replacement {
  const wanted = toLineFeeds(old)
  const next = toLineFeeds(replacement)
  if (wanted === '')
    throw new EditRefusal(
      'empty',
      'Nothing written: "old" is empty. Give the exact text to replace; use write for a new file.',
    )
  if (wanted === next) throw new EditRefusal('same', 'Nothing written: "old" and "new" are the same.')
  if (!next.isWellFormed())
    throw new EditRefusal('malformed', 'Nothing written: "new" has half a character in it (a lone surrogate).')
  const view = lineView(text)
  const places = occurrences(view.text, wanted)
  const start = places[0]
  if (start === undefined) throw new EditRefusal('no-match', describeMiss(view.text, wanted, next))
  if (places.length > 1) throw new EditRefusal('ambiguous', describePlaces(view.text, places))
  const end = start + wanted.length
  const inserted = withEndings(next, view.endingsIn(start, end), view.endingNear(start))
  const firstLine = lineAt(view.text, start)
  return {
    text: text.slice(0, view.toRaw(start)) + inserted + text.slice(view.toRaw(end)),
    firstLine,
    lastLine: firstLine + lineAt(next, next.length - 1) - 1,
  }
}

/** 1-based line of an offset. */
function lineAt(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++
  return line
}

/** Where a text occurs, overlaps included: two overlapping places are ambiguous too. */
function occurrences(text: string, wanted: string): number[] {
  const found: number[] = []
  for (let at = text.indexOf(wanted); at >= 0 && found.length < 1000; at = text.indexOf(wanted, at + 1)) found.push(at)
  return found
}
