import {sanitize} from './sanitize.ts'
import {wrapWords} from './wrap.ts'

export type ErrorFacts = {message: string; origin?: string; hint?: string; stack?: string}

/**
 * What happened, where it came from, what mends it. The hint is not broken into lines, since a command in it is copied.
 * @param columns of the terminal it goes to, undefined for none
 */
export function errorText({message, origin, hint, stack}: ErrorFacts, columns?: number): string {
  const lines = [wrapWords(`✗ ${sanitize(message)}`, columns)]
  // An origin that the message already names would only repeat.
  if (origin !== undefined && !message.includes(origin)) lines.push(wrapWords(`  from ${sanitize(origin)}`, columns))
  if (stack !== undefined) lines.push(sanitize(stack))
  if (hint !== undefined) lines.push(`  → ${sanitize(hint)}`)
  return lines.join('\n')
}
