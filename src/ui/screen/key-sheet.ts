import {cellsOf} from '../cells.ts'
import type {Style} from '../style.ts'
import {wrapWords} from '../wrap.ts'

const KEYS: ReadonlyArray<readonly [key: string, what: string]> = [
  ['Enter', 'send'],
  ['Shift-Enter Alt-Enter Ctrl-J', 'new line; also \\ before Enter'],
  ['↑ ↓', 'what was sent before'],
  ['Ctrl-R', 'search in it'],
  ['/', 'commands'],
  ['@', 'files'],
  ['!', 'a command of your own'],
  ['Tab', 'complete'],
  ['Ctrl-G', 'write in your editor'],
  ['Esc', 'stop the answer'],
  ['Ctrl-C', 'clear, stop, leave'],
  ['Ctrl-D', 'leave'],
  ['Ctrl-Z', 'suspend'],
  ['Ctrl-A Ctrl-E', 'begin, end of the line'],
  ['Alt-B Alt-F', 'a word back, forward'],
  ['Ctrl-W Ctrl-U Ctrl-K', 'cut a word, to the begin, to the end'],
  ['Ctrl-Y Alt-Y', 'put back what was cut, an older one'],
  ['Ctrl-_ Alt-_', 'undo, redo'],
]

/** The sheet of keys that `?` shows on an empty line. */
export function keySheet(columns: number, style: Style): string[] {
  const width = Math.max(...KEYS.map(([key]) => cellsOf(key)))
  const rows = KEYS.map(([key, what]) => ({key, what}))
  if (columns < 70)
    return rows.flatMap(({key, what}) => wrapWords(`${style.bold(key)}  ${what}`, columns - 1).split('\n'))
  return rows.map(({key, what}) => `${style.bold(key)}${' '.repeat(width + 2 - cellsOf(key))}${style.dim(what)}`)
}
