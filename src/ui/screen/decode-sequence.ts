import type {KeyEvent} from './key-event.ts'
import {codeKey, letterKey, numberKey, withModifiers} from './key-names.ts'

/** What a sequence turned out to be: so many characters of the input, and what they mean; nothing for replies. */
export type Decoded = {length: number; event?: KeyEvent; paste?: 'begin'}

const ESCAPE = '\u001B'
/** Longer than any sequence of a key; replies of terminals may be longer. */
const LONGEST = 64
const LONGEST_REPLY = 8192

/**
 * Reads the sequence at the beginning of the input.
 * @param text begins with an escape character
 * @returns undefined while its end is still to come
 */
export function decodeSequence(text: string): Decoded | undefined {
  const second = text[1]
  if (second === undefined) return undefined
  if (second === '[') return decodeControl(text)
  if (second === 'O') return decodeShift(text)
  if (second === ']' || second === 'P' || second === '_' || second === '^' || second === 'X') return decodeReply(text)
  return undefined
}

/** `CSI parameters final`. */
function decodeControl(text: string): Decoded | undefined {
  if (text[2] === 'M') return text.length < 6 ? undefined : {length: 6}
  // The Linux console's function keys.
  if (text[2] === '[') return text.length < 4 ? undefined : {length: 4}
  let end = 2
  while (end < text.length && end < LONGEST && isParameter(text.charCodeAt(end))) end++
  const final = text[end]
  if (final === undefined) return undefined
  const length = end + 1
  if (end >= LONGEST || !isFinal(text.charCodeAt(end))) return {length: end}
  const parameters = text.slice(2, end)
  if (parameters === '200' && final === '~') return {length, paste: 'begin'}
  const event = controlEvent(parameters, final)
  return event ? {length, event} : {length}
}

function controlEvent(parameters: string, final: string): KeyEvent | undefined {
  if (final === 'I' || final === 'O') return {type: 'focus', focused: final === 'I'}
  if (final === 'Z') return {type: 'key', key: 'shift+tab'}
  if (!/^[\d;:]*$/.test(parameters)) return undefined
  const [first = '', second = '', third = ''] = parameters.split(';')
  const [modifiers = 1, action = 1] = second.split(':').map((part) => (part === '' ? 1 : Number(part)))
  // The release of a key is no second key.
  if (action === 3) return undefined
  const number = Number(first.split(':')[0] ?? '')
  if (final === 'u') return codeKey(number, modifiers)
  if (final === '~') return number === 27 ? codeKey(Number(third), modifiers) : numberKey(number, modifiers)
  // A report of the cursor's place looks like F3, which nobody needs here.
  if (final === 'R') return undefined
  return first === '' || first === '1' ? letterKey(final, modifiers) : undefined
}

/** `SS3 letter`: keys of a terminal in application mode. */
function decodeShift(text: string): Decoded | undefined {
  const letter = text[2]
  if (letter === undefined) return undefined
  if (letter === 'M') return {length: 3, event: {type: 'key', key: 'enter'}}
  const event = letterKey(letter, 1)
  if (event) return {length: 3, event}
  return {length: 2, event: {type: 'key', key: withModifiers('o', 4)}}
}

/** Strings of the terminal, as colours it was asked for: up to their end. */
function decodeReply(text: string): Decoded | undefined {
  const end = /\u0007|\u001B\\/.exec(text.slice(2))
  if (end) return {length: 2 + end.index + end[0].length}
  if (text.length > LONGEST_REPLY) return {length: text.length}
  // A second escape that begins no end: that was no reply.
  const escape = text.indexOf(ESCAPE, 2)
  return escape !== -1 && escape + 1 < text.length ? {length: escape} : undefined
}

function isParameter(code: number): boolean {
  return code >= 0x20 && code <= 0x3f
}

function isFinal(code: number): boolean {
  return code >= 0x40 && code <= 0x7e
}
