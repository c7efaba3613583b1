import {decodeSequence} from './decode-sequence.ts'
import type {KeyEvent} from './key-event.ts'
import {controlKey, withModifiers} from './key-names.ts'
import {createPasteCatcher, type PasteCatcher} from './paste-catcher.ts'

export type KeyDecoder = {
  /** Takes bytes as they come, cut anywhere. */
  push: (bytes: Uint8Array) => void
  /** What is waited for does not come: a lone escape is the key, the begin of a paste is all of it. */
  flush: () => void
  /** What the bytes so far are the beginning of. */
  readonly waiting: 'nothing' | 'sequence' | 'paste'
}

/* oxlint-disable-next-line no-control-regex */
const PLAIN = /^[^\u0000-\u001F\u007F]+/

/** Turns the bytes of a terminal into keys: of old terminals, of xterm's modifyOtherKeys, of the protocol of kitty. */
export function createKeyDecoder(emit: (event: KeyEvent) => void): KeyDecoder {
  const utf8 = new TextDecoder('utf-8')
  const paste = createPasteCatcher()
  let rest = ''
  const read = () => {
    while (rest !== '') {
      const step = paste.isOpen ? nextOfPaste(paste, rest) : nextKey(rest)
      if (!step) return
      rest = rest.slice(step.length)
      if (step.paste) paste.begin()
      if (step.event) emit(step.event)
      if (step.waits) return
    }
  }
  return {
    push(bytes) {
      rest += utf8.decode(bytes, {stream: true})
      read()
    },
    flush() {
      if (!paste.isOpen && rest === '') return
      const lone = paste.isOpen ? lostPaste(paste, rest) : loneKey(rest)
      rest = rest.slice(lone.length)
      emit(lone.event)
      read()
    },
    get waiting() {
      return paste.isOpen ? 'paste' : rest === '' ? 'nothing' : 'sequence'
    },
  }
}

/** `waits`: what is left may be the begin of more. */
type Step = {length: number; event?: KeyEvent; paste?: 'begin'; waits?: boolean}

function nextOfPaste(paste: PasteCatcher, text: string): Step {
  const {rest, pasted} = paste.take(text)
  const length = text.length - rest.length
  return pasted === undefined ? {length, waits: true} : {length, event: {type: 'paste', text: pasted}}
}

function lostPaste(paste: PasteCatcher, text: string): {length: number; event: KeyEvent} {
  return {length: text.length, event: {type: 'paste', text: paste.end(text)}}
}

function nextKey(text: string): Step | undefined {
  const plain = PLAIN.exec(text)?.[0]
  if (plain !== undefined) return {length: plain.length, event: {type: 'text', text: plain}}
  const code = text.charCodeAt(0)
  if (code !== 27) return {length: 1, event: {type: 'key', key: controlKey(code)}}
  const second = text.codePointAt(1)
  if (second === undefined) return undefined
  if (second === 27) return doubleEscape(text)
  if ('[O]P_^X'.includes(text[1] ?? '')) return decodeSequence(text)
  return {length: second > 0xffff ? 3 : 2, event: {type: 'key', key: altKey(second)}}
}

/** Alt with a key of its own sequence; otherwise the first escape stands for itself. */
function doubleEscape(text: string): Step | undefined {
  if (text.length === 2) return undefined
  const inner = text[2] === '[' || text[2] === 'O' ? decodeSequence(text.slice(1)) : {length: 0}
  if (!inner) return undefined
  if (inner.event?.type !== 'key') return {length: 1, event: {type: 'key', key: 'escape'}}
  return {length: inner.length + 1, event: {type: 'key', key: `alt+${inner.event.key}`}}
}

function altKey(code: number): string {
  if (code < 32 || code === 127) {
    const key = controlKey(code)
    return key.startsWith('ctrl+') ? `ctrl+alt+${key.slice('ctrl+'.length)}` : `alt+${key}`
  }
  const character = String.fromCodePoint(code)
  const isUpper = character !== character.toLowerCase()
  return withModifiers(character === ' ' ? 'space' : character.toLowerCase(), isUpper ? 4 : 3)
}

/** A key that looked like the beginning of a sequence. */
function loneKey(text: string): {length: number; event: KeyEvent} {
  if (text.length >= 2 && text[1] !== '\u001B') {
    return {length: 2, event: {type: 'key', key: altKey(text.codePointAt(1) ?? 0)}}
  }
  return {length: 1, event: {type: 'key', key: 'escape'}}
}
