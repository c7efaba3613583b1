import {isLabel, type Draft} from './draft.ts'

/** One entry of a menu. */
export type Candidate = {
  /** What is put in place of what is typed, with its sign. */
  value: string
  about?: string
}

/** A word that a menu can complete: of a command at the very beginning, or of a file behind an `@`. */
export type Completable = {sign: '/' | '@'; typed: string; from: number; to: number}

/** @returns what fits, the best first; asked anew for each key */
export type Candidates = (word: Completable) => readonly Candidate[] | Promise<readonly Candidate[]>

/** The word before the cursor, when a menu may complete it. */
export function completableOf({atoms, cursor}: Draft): Completable | undefined {
  let from = cursor
  while (from > 0 && !isGap(atoms[from - 1])) from--
  const sign = atoms[from]
  const typed = atoms.slice(from, cursor).join('')
  if (sign === '/' && from === 0 && cursor > 0) return {sign, typed, from, to: cursor}
  if (sign === '@' && cursor > from) return {sign, typed, from, to: cursor}
  return undefined
}

function isGap(atom: string | undefined): boolean {
  return atom === undefined || /^\s+$/.test(atom) || isLabel(atom)
}
