import {cellsOf} from './cells.ts'

/** Styles and links take no column. */
const CONTROL = /\u001B\[[0-9;]*m/g

/**
 * Breaks lines at blanks so that a narrow terminal does not cut words. What follows a break is indented like its line.
 * Words longer than a line, and blanks at the end of a line, stay as they are.
 * @param columns of the terminal; undefined (a pipe, a file) changes nothing
 */
export function wrapWords(text: string, columns: number | undefined): string {
  if (columns === undefined || columns < 10) return text
  return text
    .split('\n')
    .map((line) => (width(line) <= columns ? line : wrapLine(line, columns)))
    .join('\n')
}

function wrapLine(line: string, columns: number): string {
  const indent = /^ */.exec(line)?.[0] ?? ''
  const lines: string[] = []
  let current = ''
  for (const piece of line.match(/ *[^ ]+| +$/g) ?? []) {
    const fits = current === '' || piece.trim() === '' || width(current) + width(piece) <= columns
    if (!fits) lines.push(current)
    current = fits ? current + piece : indent + piece.trimStart()
  }
  return [...lines, current].join('\n')
}

function width(text: string): number {
  return cellsOf(text.replaceAll(CONTROL, ''))
}
