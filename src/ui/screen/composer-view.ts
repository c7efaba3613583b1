import {cellsOf} from '../cells.ts'
import {sanitize} from '../sanitize.ts'
import type {ComposerState} from './composer-state.ts'
import {layOut} from './draft-layout.ts'
import type {Place, Size} from './frame.ts'
import {keySheet} from './key-sheet.ts'
import {clipPainted} from './painted.ts'

export type ComposerView = {lines: string[]; cursor: Place}

const PROMPT = '› '
const INDENT = '  '

/** Cells for the text and the cursor behind it. */
export function editorWidth({columns}: Size): number {
  return Math.max(4, columns - 1 - PROMPT.length)
}

/** @param hint dim words in an empty editor */
export function composerView(state: ComposerState, size: Size, hint: string): ComposerView {
  const {editor, menu, search, options} = state
  const {style} = options
  if (search) return searchView(search, size, style)
  const {rows, cursor} = layOut(editor.draft, editorWidth(size))
  // Of a long text only what is around the cursor, so that the answer above stays in sight.
  const most = Math.max(3, size.rows >> 1)
  const first = Math.max(0, Math.min(cursor.row - (most >> 1), rows.length - most))
  const lines = rows.slice(first, first + most).map(({text}, index) => {
    return `${first + index === 0 ? style.cyan(PROMPT) : INDENT}${labelled(text, style.cyan)}`
  })
  if (editor.isEmpty() && hint !== '') lines[0] = `${style.cyan(PROMPT)}${style.dim(hint)}`
  const below = state.sheet ? keySheet(size.columns, style) : menu.lines(size.columns, style)
  return {
    lines: [...lines, ...below],
    cursor: {row: cursor.row - first, column: cursor.column + PROMPT.length},
  }
}

function labelled(text: string, paint: (text: string) => string): string {
  return text.replaceAll(/\[Pasted #\d+, [^\]]*\]/g, (label) => paint(label))
}

function searchView(
  {typed, found}: {typed: string; found: string | undefined},
  {columns}: Size,
  style: ComposerState['options']['style'],
): ComposerView {
  const head = `search: ${sanitize(typed)}`
  const shown =
    found === undefined ? style.dim('nothing like that was sent here') : sanitize(found.replaceAll('\n', ' ⏎ '))
  return {
    lines: [
      clipPainted(head, columns - 1),
      clipPainted(`${INDENT}${shown}`, columns - 1),
      style.dim('Enter takes it · Ctrl-R older · Esc leaves'),
    ],
    cursor: {row: 0, column: Math.min(columns - 1, cellsOf(head))},
  }
}
