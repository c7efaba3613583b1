const MAX_LINE = 300

/** A line with tabs as arrows and blanks at its ends as dots. */
export function visible(line: string): string {
  const short = line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line
  const dots = (blanks: string) => blanks.replaceAll(' ', '·')
  return short
    .replace(/^[ \t]+/, dots)
    .replace(/ +$/, dots)
    .replaceAll('\t', '→')
    .replaceAll('\u00a0', '<nbsp>')
    .replaceAll('\r', '<CR>')
}

/** Lines as they are, to be copied, between marks of their own. */
export function quoted(lines: readonly string[]): string {
  return ['<<<', ...lines, '>>>'].join('\n')
}
