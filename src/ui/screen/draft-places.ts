import {isLabel, type Draft} from './draft.ts'

const WORD = /[\p{L}\p{N}\p{M}_]/u

/** Where the line of the cursor begins. */
export function lineStart({atoms, cursor}: Draft): number {
  // A negative start would be taken as the end.
  return cursor === 0 ? 0 : atoms.lastIndexOf('\n', cursor - 1) + 1
}

/** Where the line of the cursor ends: at its newline, or at the end. */
export function lineEnd({atoms, cursor}: Draft): number {
  const end = atoms.indexOf('\n', cursor)
  return end === -1 ? atoms.length : end
}

/** The begin of the word before the cursor. */
export function wordLeft({atoms, cursor}: Draft): number {
  let at = cursor
  while (at > 0 && !isWord(atoms[at - 1])) at--
  if (at > 0 && isLabel(atoms[at - 1] ?? '')) return at - 1
  while (at > 0 && isWord(atoms[at - 1]) && !isLabel(atoms[at - 1] ?? '')) at--
  return at
}

/** The end of the word after the cursor. */
export function wordRight({atoms, cursor}: Draft): number {
  let at = cursor
  while (at < atoms.length && !isWord(atoms[at])) at++
  if (isLabel(atoms[at] ?? '')) return at + 1
  while (at < atoms.length && isWord(atoms[at]) && !isLabel(atoms[at] ?? '')) at++
  return at
}

/** The begin of what stands before the cursor up to a blank, as the shell's Ctrl-W takes it. */
export function blankLeft({atoms, cursor}: Draft): number {
  let at = cursor
  while (at > 0 && isBlank(atoms[at - 1])) at--
  while (at > 0 && !isBlank(atoms[at - 1])) at--
  return at
}

function isWord(atom: string | undefined): boolean {
  return atom !== undefined && (isLabel(atom) || WORD.test(atom))
}

function isBlank(atom: string | undefined): boolean {
  return atom !== undefined && /^\s+$/.test(atom)
}
