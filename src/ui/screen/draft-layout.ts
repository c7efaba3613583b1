import {cellsOf, graphemeCells} from '../cells.ts'
import {sanitize} from '../sanitize.ts'
import type {Draft} from './draft.ts'

/** A draft as rows of a terminal. */
export type Layout = {
  rows: Array<{text: string; from: number; to: number}>
  cursor: {row: number; column: number}
}

const TAB = '    '

/** @param columns cells of a row, one of them for the cursor behind its last character */
export function layOut({atoms, cursor}: Draft, columns: number): Layout {
  const width = Math.max(2, columns - 1)
  const rows: Layout['rows'] = []
  let row = {text: '', from: 0, to: 0}
  let cells = 0
  let place = {row: 0, column: 0}
  const next = (from: number) => {
    rows.push(row)
    row = {text: '', from, to: from}
    cells = 0
  }
  for (const [index, atom] of atoms.entries()) {
    const shown = atom === '\n' ? '' : shownAtom(atom)
    const taken = shownCells(shown)
    if (cells > 0 && cells + taken > width) next(index)
    if (index === cursor) place = {row: rows.length, column: cells}
    row.text += shown
    row.to = index + (atom === '\n' ? 0 : 1)
    cells += taken
    if (atom === '\n') next(index + 1)
  }
  if (cursor >= atoms.length) place = {row: rows.length, column: cells}
  rows.push(row)
  return {rows, cursor: place}
}

/** The atom that is shown at a column of a row: where the cursor goes when it moves up or down. */
export function atomAt({atoms}: Draft, row: Layout['rows'][number], column: number): number {
  let cells = 0
  for (let index = row.from; index < row.to; index++) {
    cells += shownCells(shownAtom(atoms[index] ?? ''))
    if (cells > column) return index
  }
  return row.to
}

function shownAtom(atom: string): string {
  if (atom === '\t') return TAB
  return atom.length === 1 && atom >= ' ' && atom <= '~' ? atom : sanitize(atom)
}

function shownCells(shown: string): number {
  if (shown.length <= 1) return shown === '' ? 0 : graphemeCells(shown)
  return cellsOf(shown)
}
