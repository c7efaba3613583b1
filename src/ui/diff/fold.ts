import type {MarkedRow} from '../../edits/marked-hunks.ts'

/** A line longer than this many lines of the screen is folded where it did not change. */
const LONG = 6

/**
 * Takes out of a very long line what stayed the same far from the words that changed.
 * @param width cells of a line on the screen
 */
export function foldRow(row: MarkedRow, width: number): MarkedRow {
  const {text, marks} = row
  if (row.sign === ' ' && text.length > LONG * width)
    return {...row, text: `${text.slice(0, wholeAt(text, LONG * width))}…`}
  if (marks === undefined || text.length <= LONG * width) return row
  const around = Math.max(20, width >> 1)
  const kept: MarkedRow = {...row, text: '', marks: []}
  const putSame = (start: number, end: number) => {
    const length = end - start
    const [lead, trail] = [start === 0 ? 0 : around, end === text.length ? 0 : around]
    if (length <= lead + trail + around) {
      kept.text += text.slice(start, end)
      return
    }
    const from = wholeAt(text, start + lead)
    const to = wholeAt(text, end - trail)
    kept.text += `${text.slice(start, from)}… ${(to - from).toLocaleString('en')} characters as before …${text.slice(to, end)}`
  }
  let at = 0
  for (const {start, end, ...more} of marks) {
    putSame(at, start)
    kept.marks?.push({start: kept.text.length, end: kept.text.length + end - start, ...more})
    kept.text += text.slice(start, end)
    at = end
  }
  putSame(at, text.length)
  return kept
}

/** Not between the halves of a character. */
function wholeAt(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at
}
