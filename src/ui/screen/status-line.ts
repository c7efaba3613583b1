import {cellsOf} from '../cells.ts'
import {sanitize} from '../sanitize.ts'

/**
 * Parts beside each other, as many of the first as fit.
 * @param parts the most important first; empty ones are left out
 */
export function statusLine(parts: readonly string[], columns: number): string {
  let line = ''
  for (const part of parts.map((text) => sanitize(text)).filter((text) => text !== '')) {
    const longer = line === '' ? part : `${line} · ${part}`
    if (line !== '' && cellsOf(longer) > columns - 1) return line
    line = longer
  }
  return line
}
