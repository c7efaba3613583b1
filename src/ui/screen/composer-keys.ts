import type {ComposerState, Wish} from './composer-state.ts'
import {editorWidth} from './composer-view.ts'
import type {Size} from './frame.ts'
import {createHistorySearch, type HistorySearch} from './history-walk.ts'
import type {KeyEvent} from './key-event.ts'

/** @returns what the key asks for beyond the text */
export function keyWhileWriting(state: ComposerState, event: KeyEvent, size: Size): Wish | undefined {
  const {editor} = state
  const hadSheet = state.sheet
  state.sheet = false
  if (event.type === 'paste') return void editor.paste(event.text)
  if (event.type === 'text') {
    if (event.text === '?' && editor.isEmpty()) return void (state.sheet = !hadSheet)
    return void editor.type(event.text)
  }
  if (event.type === 'focus') return undefined
  if (hadSheet && event.key === 'escape') return undefined
  return pressed(state, event.key, size)
}

const VERTICAL: Readonly<Record<string, 1 | -1>> = {up: -1, 'ctrl+p': -1, down: 1, 'ctrl+n': 1}
const NEW_LINE = new Set(['shift+enter', 'alt+enter', 'ctrl+enter', 'ctrl+j', 'alt+shift+enter', 'ctrl+alt+j'])
const WISHES: Readonly<Record<string, Wish>> = {
  'ctrl+c': {kind: 'interrupt'},
  'ctrl+z': {kind: 'suspend'},
  'ctrl+g': {kind: 'outside'},
  'ctrl+l': {kind: 'repaint'},
}

function pressed(state: ComposerState, key: string, size: Size): Wish | undefined {
  const {editor} = state
  const wasPrefix = state.prefix
  state.prefix = key === 'ctrl+x'
  if (wasPrefix && key === 'ctrl+e') return {kind: 'outside'}
  if (wasPrefix && key === 'ctrl+u') return void editor.press('ctrl+_')
  if (NEW_LINE.has(key)) return void editor.type('\n')
  if (key === 'enter') return enter(state)
  if (key === 'tab') return void complete(state)
  if (key === 'escape') return state.menu.isOpen ? void state.menu.close() : {kind: 'escape'}
  if (key === 'ctrl+r') return void (state.search = createHistorySearch(state.options.history.entries))
  if (key === 'ctrl+d' && editor.isEmpty()) return {kind: 'leave'}
  const by = VERTICAL[key]
  if (by !== undefined) return vertical(state, by, size)
  const wish = WISHES[key]
  if (wish) return wish
  editor.press(key)
  return undefined
}

/** Completes what the menu points at, breaks the line after a backslash, or sends. */
function enter(state: ComposerState): Wish | undefined {
  const {editor, menu} = state
  if (menu.isOpen && !menu.isExact && complete(state)) return undefined
  const {atoms, cursor} = editor.draft
  if (atoms[cursor - 1] === '\\') return void editor.replace({from: cursor - 1, to: cursor}, '\n')
  return {kind: 'send', text: editor.text(), shown: editor.shown()}
}

function complete({editor, menu}: ComposerState): boolean {
  const chosen = menu.chosen()
  if (!chosen) return false
  const {word, candidate} = chosen
  const end = candidate.value.endsWith('/') ? '' : ' '
  const isBlankNext = editor.draft.atoms[word.to] === ' '
  editor.replace(word, `${candidate.value}${isBlankNext ? '' : end}`)
  return true
}

function vertical(state: ComposerState, by: 1 | -1, size: Size): Wish | undefined {
  const {editor, menu, walk, options} = state
  if (menu.isOpen) return void menu.move(by)
  if (editor.moveRow(by, editorWidth(size))) return undefined
  if (by === -1 && editor.isEmpty() && options.hasQueue()) return {kind: 'recall'}
  const text = by === -1 ? walk.older(editor.text()) : walk.newer(editor.text())
  if (text === undefined) return undefined
  editor.set(text)
  menu.close()
  return undefined
}

/** Keys while Ctrl-R looks for something: most end it with what was found. */
export function keyWhileSearching(state: ComposerState, search: HistorySearch, event: KeyEvent): Wish | undefined {
  if (event.type === 'text') return void search.type(event.text)
  if (event.type === 'paste') return void search.type(event.text.split('\n')[0] ?? '')
  if (event.type === 'focus') return undefined
  if (event.key === 'ctrl+r' || event.key === 'up') return void search.older()
  if (event.key === 'backspace' || event.key === 'ctrl+h') return void search.erase()
  state.search = undefined
  if (event.key === 'escape' || event.key === 'ctrl+c' || event.key === 'ctrl+g') return undefined
  if (search.found !== undefined && search.typed !== '') state.editor.set(search.found)
  return undefined
}
