import {expect} from 'chai'
import fc from 'fast-check'
import {createMarkdownRenderer} from '../../../../src/ui/markdown/renderer.ts'
import {BARE, COLOURED, rendered, withoutOwnCodes} from './support.ts'

const PIECES = [
  ['*', '**', '_', '`', '``', '```', '```ts\n', '~~~', '~~', '\n', '\n\n', '  ', '    ', '\t', '- ', '1. ', '2) '],
  ['> ', '# ', '| a | b |', '|---|---|', '| - | - |\n', '---', '***', '===', '[', ']', '](', ')', '![', '<', '>'],
  ['](http://x.y/z "t")', '&amp;', '\\', '\\*', '|', 'a', 'word ', 'const x = `a ${b}` /* c', '*/', '- [ ] ', '<br>'],
  [
    '日本',
    '日',
    'https://e.f/',
    'e\u0301',
    '👩‍👩‍👧',
    '\uD83D',
    'x'.repeat(90),
    'lorem ipsum dolor sit amet consectetur adipiscing elit ',
  ],
  ['y '.repeat(400), `https://e.f/${'q'.repeat(700)}`],
].flat()
/** What a terminal would obey, or a reader would not see. */
const HOSTILE = [
  ['\u001B[31m', '\u001B[2J', '\u001B]8;;http://evil\u0007', '\u001B]52;c;aGk=\u0007', '\u001BP$q\u001B\\', '\u001Bc'],
  ['\u009B31m', '\u009D52;', '\r', '\r\n', '\b', '\u0007', '\u000E', '\u007F', '\u202E', '\u2066', '\u200B', '\uFEFF'],
  [
    '&#27;',
    '&#x1b;[2J',
    '&#155;',
    '&#x202e;',
    '\u{E0041}',
    '[a](http://x/\u001B\\)',
    '`\u001B[1m`',
    '![\u001B](\u001B)',
  ],
].flat()
const text = fc.array(fc.oneof(fc.constantFrom(...PIECES, ...HOSTILE), fc.string({maxLength: 6, unit: 'binary'})), {
  maxLength: 40,
})
const cuts = fc.array(fc.integer({min: 1, max: 30}), {minLength: 1, maxLength: 8})
const options = fc.record({
  columns: fc.constantFrom(1, 20, 40, 80, 200),
  style: fc.constantFrom(BARE, COLOURED),
  links: fc.boolean(),
})

describe('Markdown from hostile or broken answers', function () {
  this.timeout(60_000)

  it('looks the same however it was cut into parts', () => {
    fc.assert(
      fc.property(text, cuts, options, (pieces, lengths, how) => {
        const whole = rendered(pieces.join(''), how)
        expect(rendered(pieces.join(''), how, lengths)).to.deep.equal(whole)
        expect(rendered(pieces.join(''), how, [1])).to.deep.equal(whole)
      }),
      {numRuns: 600},
    )
  })

  it('lets nothing out that a terminal would obey, and no half characters', () => {
    // oxlint-disable-next-line no-control-regex
    const obeyed = /[\u0000-\u0008\u000A-\u001F\u007F-\u009F\u200B\u202A-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E007F}]/u
    fc.assert(
      fc.property(text, cuts, options, (pieces, lengths, how) => {
        for (const line of rendered(pieces.join(''), how, lengths)) {
          expect(withoutOwnCodes(line)).to.not.match(obeyed)
          expect(line.isWellFormed()).to.equal(true)
        }
      }),
      {numRuns: 600},
    )
  })

  it('loses no word', () => {
    const word = fc.stringMatching(/^[a-z]{3,9}$/)
    const line = fc.tuple(fc.constantFrom('', '- ', '1. ', '> ', '## ', '  - ', '| '), fc.array(word, {minLength: 1}))
    fc.assert(
      fc.property(fc.array(line), cuts, (lines, lengths) => {
        const source = lines.map(([start, words]) => start + words.join(' ')).join('\n')
        const words = lines.flatMap(([, some]) => some)
        const shown = rendered(source, {columns: 40}, lengths)
          .join(' ')
          .match(/[a-z]+/g)
        expect(shown ?? []).to.deep.equal(words)
      }),
      {numRuns: 200},
    )
  })

  it('costs what the length of the answer is worth, whatever is in it', () => {
    const shapes = ['*a ', '[a](b ', '<a ', '`a `` b ', '[', 'ab', '- x\n', '> ', '| a\n', '中文', '**a *b* c** ', '\\']
    for (const shape of shapes) {
      const once = timed(shape.repeat(Math.ceil(20_000 / shape.length)))
      const fourTimes = timed(shape.repeat(Math.ceil(80_000 / shape.length)))
      expect(fourTimes, JSON.stringify(shape)).to.be.below(Math.max(400, once * 10))
    }
  })
})

function timed(source: string): number {
  const renderer = createMarkdownRenderer({columns: 80, style: COLOURED})
  const started = performance.now()
  for (let at = 0; at < source.length; at += 20) renderer.push(source.slice(at, at + 20))
  renderer.end()
  return performance.now() - started
}
