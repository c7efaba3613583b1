import type {HunkEdit, OldNew} from './formats/types.ts'
import {toLineFeeds} from './line-view.ts'
import {mayHavePlaceholder, placeholderLines} from './placeholders.ts'
import {EditRefusal} from './refusal.ts'
import type {TargetFile} from './target-file.ts'

const BOM = '\ufeff'

/**
 * Refuses what is no edit whatever the file says, and puts both halves into the form the search needs.
 * @throws EditRefusal (noop, empty, malformed, lazy)
 */
export function checkReplacement(target: TargetFile, halves: OldNew): OldNew {
  const old = normal(target, halves.old)
  const next = normal(target, halves.new)
  if (old === next)
    throw new EditRefusal(
      'noop',
      `The old and the new text are the same${old.trim() === '' ? '' : `: ${JSON.stringify(old.slice(0, 200))}`}. Say what shall change.`,
    )
  if (old.trim() === '')
    throw new EditRefusal(
      'empty',
      `The old text is ${old === '' ? 'empty' : 'only blanks'}, and ${target.name} exists. Give the exact text to replace; for a new line, the line next to it.`,
    )
  checkText(target, {text: next, shown: old})
  return {old, new: next}
}

/** @throws EditRefusal (malformed, lazy) */
export function checkedHunk(target: TargetFile, hunk: HunkEdit): HunkEdit {
  const added = hunk.lines.filter((line) => line.sign === '+').map((line) => line.text)
  const shown = hunk.lines.filter((line) => line.sign !== '+').map((line) => line.text)
  checkText(target, {text: added.join('\n'), shown: shown.join('\n')})
  return hunk
}

/** @throws EditRefusal (malformed, lazy) for text that must not get into a file */
export function checkText(target: TargetFile, {text, shown}: {text: string; shown: string}): void {
  if (!text.isWellFormed())
    throw new EditRefusal('malformed', 'The new text has half a character in it (a lone surrogate).')
  if (!mayHavePlaceholder(text)) return
  const lines = text.split('\n')
  const found = placeholderLines(lines, target.name).map((index) => lines[index] ?? '')
  const lazy = found.find((line) => !hasLine(shown, line) && !hasLine(target.document.text, line))
  if (lazy === undefined) return
  throw new EditRefusal(
    'lazy',
    `The new text has a placeholder instead of text: ${JSON.stringify(lazy.trim().slice(0, 200))}. It would replace what it stands for. Write everything out, or change less.`,
  )
}

/** Whether a text has a line, blanks at its ends aside. */
function hasLine(text: string, line: string): boolean {
  const wanted = line.trim()
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const start = text.lastIndexOf('\n', at) + 1
    const feed = text.indexOf('\n', at)
    if (text.slice(start, feed < 0 ? undefined : feed).trim() === wanted) return true
  }
  return false
}

function normal({document}: TargetFile, text: string): string {
  const lines = document.ending === '\r' ? toLineFeeds(text).replaceAll('\r', '\n') : toLineFeeds(text)
  return document.hasBom && lines.startsWith(BOM) ? lines.slice(1) : lines
}
