import {decodeSequence} from './decode-sequence.ts'
import type {KeyEvent} from './key-event.ts'
import {controlKey, withModifiers} from './key-names.ts'

export type KeyDecoder = {
  /** Takes bytes as they come, cut anywhere. */
  push: (bytes: Uint8Array) => void
  /** What is waited for does not come: a lone escape is the key, the begin of a paste is all of it. */
  flush: () => void
  /** What the bytes so far are the beginning of. */
  readonly waiting: 'nothing' | 'sequence' | 'paste'
}

const PASTE_END = '\u001B[201~'
/** A paste longer than this is cut; a person pastes no such thing on purpose. */
const LONGEST_PASTE = 32 * 1024 * 1024
/* oxlint-disable-next-line no-control-regex */
const PLAIN = /^[^\u0000-\u001F\u007F]+/

/** Turns the bytes of a terminal into keys: of old terminals, of xterm's modifyOtherKeys, of the protocol of kitty. */
export function createKeyDecoder(emit: (event: KeyEvent) => void): KeyDecoder {
  const utf8 = new TextDecoder('utf-8')
  let rest = ''
  let paste: string[] | undefined
  let pasted = 0
  const endPaste = (last: string) => {
    const text = `${paste?.join('') ?? ''}${last}`
    paste = undefined
    pasted = 0
    emit({type: 'paste', text})
  }
  const readPaste = () => {
    const end = rest.indexOf(PASTE_END)
    if (end !== -1) {
      endPaste(rest.slice(0, end))
      rest = rest.slice(end + PASTE_END.length)
      return true
    }
    // The end may be cut in two.
    const keep = Math.min(rest.length, PASTE_END.length - 1)
    const whole = rest.slice(0, rest.length - keep)
    if (pasted < LONGEST_PASTE) paste?.push(whole)
    pasted += whole.length
    rest = rest.slice(rest.length - keep)
    return false
  }
  const readKey = () => {
    const step = nextKey(rest)
    if (!step) return false
    rest = rest.slice(step.length)
    if (step.paste) paste = []
    if (step.event) emit(step.event)
    return true
  }
  const read = () => {
    while (rest !== '') if (!(paste ? readPaste() : readKey())) return
  }
  return {
    push(bytes) {
      rest += utf8.decode(bytes, {stream: true})
      read()
    },
    flush() {
      if (paste) {
        const last = rest
        rest = ''
        return endPaste(last)
      }
      if (rest === '') return
      const lone = loneKey(rest)
      rest = rest.slice(lone.length)
      emit(lone.event)
      read()
    },
    get waiting() {
      return paste ? 'paste' : rest === '' ? 'nothing' : 'sequence'
    },
  }
}

type Step = {length: number; event?: KeyEvent; paste?: 'begin'}

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
