/** What takes two cells by itself: East Asian wide and full-width forms, and what is shown as a picture. */
const WIDE =
  /[\u1100-\u115F\u2329\u232A\u2630-\u2637\u268A-\u268F\u2E80-\u303E\u3041-\u3247\u3250-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18FFF}\u{1AFF0}-\u{1B2FF}\u{1D300}-\u{1D376}\u{1F200}-\u{1F265}\u{20000}-\u{3FFFD}\p{Emoji_Presentation}]/u
/** What takes no cell of its own: marks on other characters, and what is not shown. */
const NONE = /[\p{Mn}\p{Me}\p{Cf}\p{Default_Ignorable_Code_Point}\u1160-\u11FF\uD7B0-\uD7FB]/u
/** A character that only its variation selector makes a picture. */
const PICTURE = /\p{Emoji}\uFE0F/u

let segmenter: Intl.Segmenter | undefined

/** What a reader takes for one character each: a letter with its accents, a joined emoji. */
export function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter('en', {granularity: 'grapheme'})
  return Array.from(segmenter.segment(text), ({segment}) => segment)
}

/** Cells of a terminal that one grapheme takes. */
export function graphemeCells(grapheme: string): number {
  if (grapheme.length === 1) return NONE.test(grapheme) ? 0 : WIDE.test(grapheme) ? 2 : 1
  if (PICTURE.test(grapheme)) return 2
  let cells = 0
  for (const character of grapheme) cells += NONE.test(character) ? 0 : WIDE.test(character) ? 2 : 1
  // An emoji of several is one picture.
  return /\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(grapheme) ? Math.min(cells, 2) : cells
}

/** Cells of a terminal that a line without control characters takes. */
export function cellsOf(text: string): number {
  // oxlint-disable-next-line no-control-regex
  if (/^[\u0020-\u007E]*$/.test(text)) return text.length
  return graphemes(text).reduce((sum, grapheme) => sum + graphemeCells(grapheme), 0)
}
