const LINES = 10
const WIDTH = 160

/**
 * The lines that differ, without what both share at the beginning and the end.
 * @returns `- expected` and `+ got` lines, at most twenty-two
 */
export function lineDifference(expected: string, got: string): string {
  const before = expected.split('\n')
  const after = got.split('\n')
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start += 1
  let end = 0
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1
  const removed = before.slice(start, before.length - end)
  const added = after.slice(start, after.length - end)
  return [...excerpt(removed, '- '), ...excerpt(added, '+ ')].join('\n')
}

/** The first and the last lines of a text, each behind a sign. */
export function excerpt(lines: string[], sign: string): string[] {
  const shown = lines.map((line) => `${sign}${line.length > WIDTH ? `${line.slice(0, WIDTH)}…` : line}`)
  if (shown.length <= LINES) return shown
  const half = LINES / 2
  return [...shown.slice(0, half), `${sign}… ${shown.length - LINES} lines …`, ...shown.slice(-half)]
}
