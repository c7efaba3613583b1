import {EMPTY, atomsOf, draftOf, insertText, moveTo, replaceAtoms, textOf, type Draft} from './draft.ts'
import {atomAt, layOut} from './draft-layout.ts'
import type {Desk} from './desk.ts'
import {EDITING_KEYS} from './editing-keys.ts'
import {createKillRing} from './kill-ring.ts'
import {createPastes, type Pastes} from './pastes.ts'
import {createUndo} from './undo.ts'

/** A text of one or more lines that a person writes, without anything on a screen. */
export type Editor = {
  readonly draft: Draft
  /** The whole text, with what was pasted. */
  text: () => string
  /** The text with the labels of long pastes, as it stands in the editor. */
  shown: () => string
  isEmpty: () => boolean
  type: (text: string) => void
  paste: (text: string) => void
  /** @returns false when the key edits nothing here */
  press: (key: string) => boolean
  /** The cursor one row up or down. @returns false on the first or last row */
  moveRow: (by: 1 | -1, columns: number) => boolean
  /** Puts a new text in place of the old one; it can be undone. */
  set: (text: string, cursor?: number) => void
  /** Replaces some atoms, as a completion does. */
  replace: (range: {from: number; to: number}, text: string) => void
  /** Empties it, with nothing to undo. */
  reset: () => void
}

/** Pasted again, a long text of at most this size is shown in full. */
const LONGEST_SHOWN = 200_000

export function createEditor(pastes: Pastes = createPastes()): Editor {
  const desk: Desk = {draft: EMPTY, undo: createUndo(), ring: createKillRing(), yanked: undefined}
  const change = (draft: Draft, kind = '') => {
    if (draft === desk.draft) return
    desk.undo.keep(desk.draft, kind)
    desk.ring.pause()
    desk.yanked = undefined
    desk.draft = draft
  }
  return {
    get draft() {
      return desk.draft
    },
    text: () => pastes.expand(desk.draft.atoms),
    shown: () => textOf(desk.draft),
    isEmpty: () => desk.draft.atoms.length === 0,
    type: (text) => change(insertText(desk.draft, text), /^\s/.test(text) ? '' : 'type'),
    paste: (text) => change(pasted(desk.draft, text, pastes)),
    press: (key) => pressOn(desk, key),
    moveRow: (by, columns) => moveRow(desk, by, columns),
    set: (text, cursor) => change(moveTo(draftOf(text), cursor ?? Number.POSITIVE_INFINITY)),
    replace: (range, text) => change(replaceAtoms(desk.draft, range, atomsOf(text))),
    reset() {
      desk.draft = EMPTY
      desk.undo.clear()
      desk.ring.pause()
      desk.yanked = undefined
    },
  }
}

/** A long paste becomes a label; the same paste again, right behind it, shows all of it. */
function pasted(draft: Draft, text: string, pastes: Pastes): Draft {
  const label = pastes.label(text)
  if (label === undefined) return insertText(draft, text)
  const before = draft.atoms[draft.cursor - 1] ?? ''
  const whole = pastes.text(label) ?? ''
  const isAgain = pastes.text(before) === whole
  if (isAgain && whole.length <= LONGEST_SHOWN)
    return replaceAtoms(draft, {from: draft.cursor - 1, to: draft.cursor}, atomsOf(whole))
  return replaceAtoms(draft, {from: draft.cursor, to: draft.cursor}, [label])
}

function pressOn(desk: Desk, key: string): boolean {
  const edit = EDITING_KEYS[key]
  if (!edit) return false
  edit(desk)
  return true
}

function moveRow(desk: Desk, by: 1 | -1, columns: number): boolean {
  const {rows, cursor} = layOut(desk.draft, columns)
  const target = rows[cursor.row + by]
  if (!target) return false
  desk.undo.pause()
  desk.ring.pause()
  // Behind the last atom of a wrapped row is the begin of the next one.
  const at = atomAt(desk.draft, target, cursor.column)
  const isWrapped = rows[cursor.row + by + 1]?.from === target.to && desk.draft.atoms[target.to] !== '\n'
  desk.draft = moveTo(desk.draft, at === target.to && isWrapped ? at - 1 : at)
  return true
}
