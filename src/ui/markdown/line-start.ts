import {DEEPEST, leadingBlanks, matchContainers, type Container} from './containers.ts'
import {fenceStart, heading, isRule, listMarker, mayBeTableHead, taskMarker, TELLING} from './starts.ts'

/** Blanks that make a line code. */
export const CODE_INDENT = 4

/** Whether a line begins a block of its own, so that it does not go on with a paragraph around which it stands. */
export function beginsBlock(text: string, inList: boolean): boolean {
  const blanks = leadingBlanks(text)
  if (blanks >= CODE_INDENT) return false
  const rest = text.slice(blanks)
  const marker = listMarker(rest)
  if (marker && (inList || (!marker.empty && (marker.number ?? 1) === 1))) return true
  return rest.startsWith('>') || heading(rest) !== undefined || fenceStart(rest) !== undefined || isRule(rest)
}

/**
 * Whether the beginning of a line tells already that it is text, whatever follows.
 * @param inParagraph whether it may go on with a paragraph
 * @returns undefined while that is open
 */
export function isSurelyText(
  containers: readonly Container[],
  line: string,
  inParagraph: boolean,
): boolean | undefined {
  let {rest, count} = matchContainers(containers, line, false)
  for (; count < DEEPEST; count += 1) {
    const blanks = leadingBlanks(rest)
    if (blanks >= CODE_INDENT) return inParagraph ? textAhead(rest.trimStart()) : false
    rest = rest.slice(blanks)
    const marker = listMarker(rest)
    if (rest.startsWith('>')) rest = rest.slice(1)
    else if (marker) rest = rest.slice(marker.length)
    else break
  }
  return textAhead(rest.slice(taskMarker(rest)?.length ?? 0).trimStart())
}

function textAhead(rest: string): boolean | undefined {
  if (rest.length < TELLING) return undefined
  const known = rest.slice(0, TELLING)
  if (mayBeTableHead(known) || /^(#|```|~~~)/.test(known)) return false
  return /[^-=*_|:+#`~>\s\d.)]/.test(known)
}
