import {composerView, type ComposerView} from './composer-view.ts'
import {keyWhileSearching, keyWhileWriting} from './composer-keys.ts'
import type {ComposerOptions, ComposerState, Wish} from './composer-state.ts'
import {createEditor, type Editor} from './editor.ts'
import type {Size} from './frame.ts'
import {createHistoryWalk} from './history-walk.ts'
import type {KeyEvent} from './key-event.ts'
import {createMenu, type Menu} from './menu.ts'

/** The place where messages are written: an editor with history, menus and a sheet of keys. */
export type Composer = {
  readonly editor: Editor
  readonly menu: Menu
  handle: (event: KeyEvent, size: Size) => Wish | undefined
  /** Takes the text away and keeps it where the arrow up finds it. */
  discard: () => void
  /** The text has become a message. */
  sent: (text: string) => void
  view: (size: Size, hint: string) => ComposerView
}

export function createComposer(options: ComposerOptions): Composer {
  const discarded: string[] = []
  const state: ComposerState = {
    editor: createEditor(),
    menu: createMenu(options.candidates, options.changed),
    walk: createHistoryWalk(() => [...options.history.entries, ...discarded]),
    search: undefined,
    sheet: false,
    prefix: false,
    discarded,
    options,
  }
  return {
    editor: state.editor,
    menu: state.menu,
    handle: (event, size) => handle(state, event, size),
    discard() {
      discarded.push(state.editor.text())
      clear(state)
    },
    sent(text) {
      options.history.add(text)
      clear(state)
    },
    view: (size, hint) => composerView(state, size, hint),
  }
}

function clear({editor, walk, menu}: ComposerState): void {
  editor.reset()
  walk.leave()
  menu.close()
}

function handle(state: ComposerState, event: KeyEvent, size: Size): Wish | undefined {
  const {editor, menu, search} = state
  const before = editor.draft
  let wish: Wish | undefined
  if (search) keyWhileSearching(state, search, event)
  else wish = keyWhileWriting(state, event, size)
  const isWalking = event.type === 'key' && ['up', 'down', 'ctrl+p', 'ctrl+n'].includes(event.key)
  if (isWalking && editor.draft !== before) menu.close()
  else if (editor.draft !== before) menu.follow(editor.draft)
  return wish
}
