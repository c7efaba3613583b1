import type {TargetFile} from './target-file.ts'

/** A run of letters and digits that every rung looks for as it is: none forgives a letter. Shorter ones are everywhere. */
const WORD = /[A-Za-z0-9_]{4,}/g

/**
 * Whether a line certainly equals none of the file's, whatever blanks are forgiven: its longest word is nowhere in the
 * file. Saves making the index of lines for texts that have nothing to do with the file.
 */
export function isForeignLine(target: TargetFile, line: string): boolean {
  const words = line.match(WORD)
  if (!words) return false
  const longest = words.reduce((best, word) => (word.length > best.length ? word : best))
  return !target.holds(longest)
}

/** Whether some line of a text that must be found as whole lines is foreign. */
export function hasForeignLine(target: TargetFile, lines: readonly {text: string}[]): boolean {
  return lines.some(({text}) => isForeignLine(target, text))
}
