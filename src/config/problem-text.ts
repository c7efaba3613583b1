import {originText} from './explain.ts'
import type {Problem} from './layers.ts'

/** One problem as a line for people, with where it is and what mends it. */
export function problemText({origin, message, hint}: Problem): string {
  const where =
    origin.file !== undefined && origin.line === undefined && message.includes(origin.file)
      ? ''
      : ` [${originText(origin)}]`
  return `! ${message}${where}${hint === undefined ? '' : ` → ${hint}`}`
}

/** A value as one line: text bare, everything else as JSON. */
export function valueText(value: unknown): string {
  if (value === undefined) return '(not set)'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
