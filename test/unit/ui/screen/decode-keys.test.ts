import {expect} from 'chai'
import fc from 'fast-check'
import {createKeyDecoder} from '../../../../src/ui/screen/decode-keys.ts'
import type {KeyEvent} from '../../../../src/ui/screen/key-event.ts'

function eventsOf(...chunks: Array<string | Uint8Array>): KeyEvent[] {
  const events: KeyEvent[] = []
  const decoder = createKeyDecoder((event) => events.push(event))
  for (const chunk of chunks) decoder.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
  while (decoder.waiting !== 'nothing') decoder.flush()
  return events
}
const keysOf = (text: string) => eventsOf(text).map((event) => (event.type === 'key' ? event.key : event))
/** What was typed, however its text was cut. */
const joined = (events: KeyEvent[]) =>
  events.reduce<KeyEvent[]>((all, event) => {
    const last = all.at(-1)
    return event.type === 'text' && last?.type === 'text'
      ? [...all.slice(0, -1), {type: 'text', text: last.text + event.text}]
      : [...all, event]
  }, [])

describe('keys of a terminal', () => {
  const NAMES: ReadonlyArray<[sequence: string, key: string]> = [
    ['\r', 'enter'],
    ['\n', 'ctrl+j'],
    ['\t', 'tab'],
    ['\u007F', 'backspace'],
    ['\b', 'backspace'],
    ['\u0001', 'ctrl+a'],
    ['\u001F', 'ctrl+_'],
    ['\u0000', 'ctrl+space'],
    ['\u001B', 'escape'],
    ['\u001B[A', 'up'],
    ['\u001BOA', 'up'],
    ['\u001B[1;5C', 'ctrl+right'],
    ['\u001B[1;2A', 'shift+up'],
    ['\u001B[H', 'home'],
    ['\u001B[4~', 'end'],
    ['\u001B[3~', 'delete'],
    ['\u001B[3;5~', 'ctrl+delete'],
    ['\u001B[Z', 'shift+tab'],
    ['\u001Bb', 'alt+b'],
    ['\u001BB', 'alt+shift+b'],
    ['\u001B\r', 'alt+enter'],
    ['\u001B\u007F', 'alt+backspace'],
    ['\u001B\u001B[D', 'alt+left'],
    ['\u001B[13;2u', 'shift+enter'],
    ['\u001B[27u', 'escape'],
    ['\u001B[99;5u', 'ctrl+c'],
    ['\u001B[99;5:1u', 'ctrl+c'],
    ['\u001B[97:65;6u', 'ctrl+shift+a'],
    ['\u001B[27;2;13~', 'shift+enter'],
    ['\u001B[27;5;99~', 'ctrl+c'],
    ['\u001B[13;3u', 'alt+enter'],
    ['\u001B[57414u', 'enter'],
    ['\u001B[', 'alt+['],
    ['\u001BO', 'alt+shift+o'],
  ]
  for (const [sequence, key] of NAMES) {
    it(`reads ${JSON.stringify(sequence)} as ${key}`, () => {
      expect(keysOf(sequence)).to.deep.equal([key])
    })
  }

  it('types nothing of replies, mouse reports, releases and unknown sequences', () => {
    const noise = [
      '\u001B[?62;22c',
      '\u001B[24;80R',
      '\u001B[<64;10;10M',
      '\u001B[M !!',
      '\u001B]11;rgb:ffff/ffff/ffff\u001B\\',
      '\u001B]11;rgb:ffff/ffff/ffff\u0007',
      '\u001BP>|xterm(390)\u001B\\',
      '\u001B[?1u',
      '\u001B[99;5:3u',
      '\u001B[57358u',
      '\u001B[97;9u',
      '\u001B[999~',
    ]
    for (const sequence of noise) expect(keysOf(`${sequence}x`), sequence).to.deep.equal([{type: 'text', text: 'x'}])
  })

  it('tells the focus of the window', () => {
    expect(eventsOf('\u001B[O\u001B[I')).to.deep.equal([
      {type: 'focus', focused: false},
      {type: 'focus', focused: true},
    ])
  })

  it('takes a paste as one, with whatever is in it, and ends one whose end is lost', () => {
    expect(eventsOf('a\u001B[200~one\r\u001B[Atwo\u001B[201~b')).to.deep.equal([
      {type: 'text', text: 'a'},
      {type: 'paste', text: 'one\r\u001B[Atwo'},
      {type: 'text', text: 'b'},
    ])
    expect(eventsOf('\u001B[200~lost')).to.deep.equal([{type: 'paste', text: 'lost'}])
  })

  it('means the same however the bytes are cut', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...NAMES.map(([sequence]) => sequence).filter((text) => !['\u001B', '\u001B[', '\u001BO'].includes(text)),
      ),
      fc.constantFrom('日本語', '👨‍👩‍👧', 'é', 'plain text', '\u001B[200~pasted\r日本\u001B[201~', '\u001B[?62c'),
    )
    fc.assert(
      fc.property(fc.array(piece, {maxLength: 8}), fc.array(fc.nat(40), {maxLength: 6}), (pieces, cuts) => {
        const bytes = Buffer.from(pieces.join(''))
        const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].sort((a, b) => a - b)
        const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end))
        expect(joined(eventsOf(...chunks))).to.deep.equal(joined(eventsOf(bytes)))
      }),
    )
  })

  it('survives any bytes', () => {
    fc.assert(fc.property(fc.array(fc.uint8Array({maxLength: 40})), (chunks) => void eventsOf(...chunks)))
  })
})
