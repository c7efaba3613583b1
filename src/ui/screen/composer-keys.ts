import type {ComposerState, Wish} from './composer-state.ts'
import {editorWidth} from './composer-view.ts'
import type {Size} from './frame.ts'
import {createHistorySearch, type HistorySearch} from './history-walk.ts'
import type {KeyEvent} from './key-event.ts'

type Press = (state: ComposerState, size: Size) => Wish | undefined

const VERTICAL: Readonly<Record<string, 1 | -1>> = {up: -1, 'ctrl+p': -1, down: 1, 'ctrl+n': 1}
const NEW_LINE = ['shift+enter', 'alt+enter', 'ctrl+enter', 'ctrl+j', 'alt+shift+enter', 'ctrl+alt+j']

/** Keys that do more than to edit. */
const KEYS: Readonly<Record<string, Press>> = {
  ...Object.fromEntries(NEW_LINE.map((key) => [key, breakLine])),
  ...Object.fromEntries(Object.entries(VERTICAL).map(([key, by]) => [key, vertical(by)])),
  enter,
  tab: (state) => {
    complete(state)
    return undefined
  },
  escape: closeOrEscape,
  'ctrl+r': (state) => {
    state.search = createHistorySearch(state.options.history.entries)
    return undefined
  },
  'ctrl+d': leaveOrDelete,
  'ctrl+c': () => ({kind: 'interrupt'}),
  'ctrl+z': () => ({kind: 'suspend'}),
  'ctrl+g': () => ({kind: 'outside'}),
  'ctrl+x ctrl+e': () => ({kind: 'outside'}),
  'ctrl+l': () => ({kind: 'repaint'}),
}

/** @returns what the key asks for beyond the text */
export function keyWhileWriting(state: ComposerState, event: KeyEvent, size: Size): Wish | undefined {
  const {editor} = state
  const hadSheet = state.sheet
  state.sheet = event.type === 'text' && event.text === '?' && editor.isEmpty() && !hadSheet
  if (event.type === 'key') return hadSheet && event.key === 'escape' ? undefined : pressed(state, event.key, size)
  if (event.type === 'paste') editor.paste(event.text)
  if (event.type === 'text' && !state.sheet && !(hadSheet && event.text === '?')) editor.type(event.text)
  return undefined
}

function pressed(state: ComposerState, key: string, size: Size): Wish | undefined {
  const name = state.prefix ? `ctrl+x ${key}` : key
  state.prefix = name === 'ctrl+x'
  const press = KEYS[name] ?? KEYS[key]
  if (press) return press(state, size)
  state.editor.press(key)
  return undefined
}

function breakLine({editor}: ComposerState): undefined {
  editor.type('\n')
}

/** Completes what the menu points at, breaks the line after a backslash, or sends. */
function enter(state: ComposerState): Wish | undefined {
  const {editor, menu} = state
  if (menu.isOpen && !menu.isExact && complete(state)) return undefined
  const {atoms, cursor} = editor.draft
  if (atoms[cursor - 1] !== '\\') return {kind: 'send', text: editor.text(), shown: editor.shown()}
  editor.replace({from: cursor - 1, to: cursor}, '\n')
  return undefined
}

function complete({editor, menu}: ComposerState): boolean {
  const chosen = menu.chosen()
  if (!chosen) return false
  const {word, candidate} = chosen
  const isPart = candidate.value.endsWith('/')
  const isBlankNext = editor.draft.atoms[word.to] === ' '
  editor.replace(word, `${candidate.value}${isPart || isBlankNext ? '' : ' '}`)
  return true
}

function closeOrEscape({menu}: ComposerState): Wish | undefined {
  if (!menu.isOpen) return {kind: 'escape'}
  menu.close()
  return undefined
}

function leaveOrDelete({editor}: ComposerState): Wish | undefined {
  if (editor.isEmpty()) return {kind: 'leave'}
  editor.press('ctrl+d')
  return undefined
}

/** In the menu, in the text, and beyond its first and last row through what was sent before. */
function vertical(by: 1 | -1): Press {
  return ({editor, menu, walk, options}, size) => {
    if (menu.isOpen) menu.move(by)
    else if (!editor.moveRow(by, editorWidth(size))) {
      if (by === -1 && editor.isEmpty() && options.hasQueue()) return {kind: 'recall'}
      const text = by === -1 ? walk.older(editor.text()) : walk.newer(editor.text())
      if (text !== undefined) editor.set(text)
    }
    return undefined
  }
}

const OLDER = ['ctrl+r', 'up']
const ERASE = ['backspace', 'ctrl+h']
const DROP = ['escape', 'ctrl+c', 'ctrl+g']

/** Keys while Ctrl-R looks for something: most end it with what was found. */
export function keyWhileSearching(state: ComposerState, search: HistorySearch, event: KeyEvent): void {
  if (event.type === 'text') search.type(event.text)
  else if (event.type === 'paste') search.type(event.text.split('\n')[0] ?? '')
  else if (event.type === 'key' && OLDER.includes(event.key)) search.older()
  else if (event.type === 'key' && ERASE.includes(event.key)) search.erase()
  else if (event.type === 'key') {
    state.search = undefined
    if (!DROP.includes(event.key) && search.found !== undefined && search.typed !== '') state.editor.set(search.found)
  }
}
