import {graphemes} from '../cells.ts'

/**
 * A text that is being written: atoms, each of which the cursor passes in one step and a backspace removes. An atom is a
 * grapheme, a newline, or the label of something pasted.
 */
export type Draft = {readonly atoms: readonly string[]; readonly cursor: number}

export const EMPTY: Draft = {atoms: [], cursor: 0}

/** @param text control characters other than newline and tab are dropped */
export function atomsOf(text: string): string[] {
  return graphemes(cleanText(text))
}

/** Line ends as newlines, and nothing that would not be text. */
export function cleanText(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '')
}

export function draftOf(text: string): Draft {
  const atoms = atomsOf(text)
  return {atoms, cursor: atoms.length}
}

/** Inserts at the cursor. What only completes the grapheme before it, as an accent or a part of an emoji, joins it. */
export function insertText(draft: Draft, text: string): Draft {
  const {atoms, cursor} = draft
  const before = atoms[cursor - 1]
  const joined = before === undefined || isLabel(before) ? undefined : atomsOf(before + text)
  if (joined && joined.length > 0 && joined[0] !== before)
    return replaceAtoms(draft, {from: cursor - 1, to: cursor}, joined)
  return replaceAtoms(draft, {from: cursor, to: cursor}, atomsOf(text))
}

/** Replaces the atoms from `from` to `to`; the cursor is behind what is new. */
export function replaceAtoms(draft: Draft, range: {from: number; to: number}, atoms: readonly string[]): Draft {
  const from = Math.max(0, range.from)
  const to = Math.min(draft.atoms.length, range.to)
  return {
    atoms: [...draft.atoms.slice(0, from), ...atoms, ...draft.atoms.slice(to)],
    cursor: from + atoms.length,
  }
}

export function moveTo({atoms}: Draft, cursor: number): Draft {
  return {atoms, cursor: Math.max(0, Math.min(atoms.length, cursor))}
}

export function textOf({atoms}: Draft): string {
  return atoms.join('')
}

/** Labels of pasted text are the only atoms that are longer than a grapheme and begin with a bracket. */
export function isLabel(atom: string): boolean {
  return atom.length > 2 && atom.startsWith('[')
}
