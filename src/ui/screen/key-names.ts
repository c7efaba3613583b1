import type {KeyEvent} from './key-event.ts'

const LETTERS: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  E: 'center',
  F: 'end',
  H: 'home',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
}
const NUMBERS: Readonly<Record<number, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
  23: 'f11',
  24: 'f12',
}
const CODES: Readonly<Record<number, string>> = {
  8: 'backspace',
  9: 'tab',
  13: 'enter',
  27: 'escape',
  127: 'backspace',
  57414: 'enter',
  57417: 'left',
  57418: 'right',
  57419: 'up',
  57420: 'down',
  57421: 'pageup',
  57422: 'pagedown',
  57423: 'home',
  57424: 'end',
  57425: 'insert',
  57426: 'delete',
}
/** Keys of the number pad that write something, from the code of "0" on. */
const PAD = '0123456789./*-+'
const PAD_FIRST = 57399
/** Keys that have no character in the protocol of kitty: media, modifiers, locks. */
const PRIVATE_FIRST = 57344
const PRIVATE_LAST = 63743

/** A key that the modifiers of a sequence go with: 1 and the sum of shift 1, alt 2, ctrl 4. */
export function withModifiers(name: string, modifiers: number): string {
  const bits = Math.max(0, modifiers - 1)
  return `${bits & 4 ? 'ctrl+' : ''}${bits & 2 ? 'alt+' : ''}${bits & 1 ? 'shift+' : ''}${name}`
}

/** A key of `CSI … LETTER` or `SS3 LETTER`. */
export function letterKey(letter: string, modifiers: number): KeyEvent | undefined {
  const name = LETTERS[letter]
  return name === undefined ? undefined : {type: 'key', key: withModifiers(name, modifiers)}
}

/** A key of `CSI NUMBER ~`. */
export function numberKey(number: number, modifiers: number): KeyEvent | undefined {
  const name = NUMBERS[number]
  return name === undefined ? undefined : {type: 'key', key: withModifiers(name, modifiers)}
}

/** A key by the code of its character, of `CSI code u` and `CSI 27 ; modifiers ; code ~`. */
export function codeKey(code: number, modifiers: number): KeyEvent | undefined {
  const name = CODES[code]
  if (name !== undefined) return {type: 'key', key: withModifiers(name, modifiers)}
  const bits = Math.max(0, modifiers - 1) & 7
  const pad = PAD[code - PAD_FIRST]
  if (pad === undefined && code >= PRIVATE_FIRST && code <= PRIVATE_LAST) return undefined
  // The keys of the window manager are not ours.
  if ((modifiers - 1) & 0b111000) return undefined
  if (code < 32 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined
  const character = pad ?? String.fromCodePoint(code)
  if (bits === 0) return {type: 'text', text: character}
  if (bits === 1) return {type: 'text', text: pad === undefined ? character.toUpperCase() : character}
  return {type: 'key', key: withModifiers(character === ' ' ? 'space' : character.toLowerCase(), modifiers)}
}

/** A key that is one control character. */
export function controlKey(code: number): string {
  const name = code === 10 ? undefined : CODES[code]
  if (name !== undefined) return name
  if (code === 0) return 'ctrl+space'
  return `ctrl+${String.fromCharCode(code + (code < 27 ? 96 : 64)).toLowerCase()}`
}
