import {moveTo, replaceAtoms, type Draft} from './draft.ts'
import {blankLeft, lineEnd, lineStart, wordLeft, wordRight} from './draft-places.ts'
import type {Desk} from './desk.ts'

type Edit = (desk: Desk) => void
type Where = (draft: Draft) => number

const left: Where = ({cursor}) => cursor - 1
const right: Where = ({cursor}) => cursor + 1
const killLine: Where = (draft) => (lineEnd(draft) === draft.cursor ? draft.cursor + 1 : lineEnd(draft))
const killToStart: Where = (draft) => (lineStart(draft) === draft.cursor ? draft.cursor - 1 : lineStart(draft))

/** What each key does to the text. Keys that send, search or leave are not among them. */
export const EDITING_KEYS: Readonly<Record<string, Edit>> = {
  left: go(left),
  'ctrl+b': go(left),
  right: go(right),
  'ctrl+f': go(right),
  home: go(lineStart),
  'ctrl+a': go(lineStart),
  end: go(lineEnd),
  'ctrl+e': go(lineEnd),
  'ctrl+left': go(wordLeft),
  'alt+left': go(wordLeft),
  'alt+b': go(wordLeft),
  'ctrl+right': go(wordRight),
  'alt+right': go(wordRight),
  'alt+f': go(wordRight),
  'ctrl+home': go(() => 0),
  'alt+<': go(() => 0),
  'ctrl+end': go(({atoms}) => atoms.length),
  'alt+>': go(({atoms}) => atoms.length),
  backspace: remove(left, 'erase'),
  'shift+backspace': remove(left, 'erase'),
  'ctrl+h': remove(left, 'erase'),
  delete: remove(right, 'delete'),
  'ctrl+d': remove(right, 'delete'),
  'ctrl+w': kill(blankLeft),
  'alt+backspace': kill(wordLeft),
  'ctrl+backspace': kill(wordLeft),
  'ctrl+alt+h': kill(wordLeft),
  'alt+d': kill(wordRight),
  'alt+delete': kill(wordRight),
  'ctrl+delete': kill(wordRight),
  'ctrl+k': kill(killLine),
  'ctrl+u': kill(killToStart),
  'ctrl+y': yank,
  'alt+y': yankOlder,
  'ctrl+_': undo,
  'ctrl+shift+_': undo,
  'ctrl+shift+-': undo,
  'ctrl+-': undo,
  'ctrl+/': undo,
  'alt+_': redo,
  'alt+shift+_': redo,
  'ctrl+t': transpose,
}

function go(where: Where): Edit {
  return (desk) => {
    desk.undo.pause()
    desk.ring.pause()
    desk.yanked = undefined
    desk.draft = moveTo(desk.draft, where(desk.draft))
  }
}

function remove(where: Where, kind: string): Edit {
  return (desk) => {
    desk.ring.pause()
    cut(desk, where, kind)
  }
}

function kill(where: Where): Edit {
  return (desk) => {
    const {cursor} = desk.draft
    const removed = cut(desk, where, '')
    desk.ring.kill(removed, desk.draft.cursor < cursor ? 'before' : 'after')
  }
}

/** @returns what was removed */
function cut(desk: Desk, where: Where, kind: string): readonly string[] {
  const {draft} = desk
  const other = Math.max(0, Math.min(draft.atoms.length, where(draft)))
  const from = Math.min(other, draft.cursor)
  const to = Math.max(other, draft.cursor)
  if (from === to) return []
  desk.undo.keep(draft, kind)
  desk.yanked = undefined
  desk.draft = replaceAtoms(draft, {from, to}, [])
  return draft.atoms.slice(from, to)
}

function yank(desk: Desk): void {
  const {cursor} = desk.draft
  put(desk, {from: cursor, to: cursor}, desk.ring.latest())
}

function yankOlder(desk: Desk): void {
  if (desk.yanked) put(desk, desk.yanked, desk.ring.older())
}

function put(desk: Desk, range: {from: number; to: number}, atoms: readonly string[] | undefined): void {
  if (!atoms) return
  desk.ring.pause()
  desk.undo.keep(desk.draft, '')
  desk.draft = replaceAtoms(desk.draft, range, atoms)
  desk.yanked = {from: range.from, to: range.from + atoms.length}
}

function undo(desk: Desk): void {
  desk.draft = desk.undo.undo(desk.draft) ?? desk.draft
  desk.yanked = undefined
}

function redo(desk: Desk): void {
  desk.draft = desk.undo.redo(desk.draft) ?? desk.draft
  desk.yanked = undefined
}

/** Swaps the two characters around the cursor, and passes them. */
function transpose(desk: Desk): void {
  const {draft} = desk
  const at = Math.min(draft.cursor, draft.atoms.length - 1)
  const [one, other] = [draft.atoms[at - 1], draft.atoms[at]]
  if (one === undefined || other === undefined) return
  desk.undo.keep(draft, '')
  desk.draft = replaceAtoms(draft, {from: at - 1, to: at + 1}, [other, one])
}
