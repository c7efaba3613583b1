import {expect} from 'chai'
import fc from 'fast-check'
import {fileDiff} from '../../../src/edits/file-diff.ts'
import {cellsOf} from '../../../src/ui/cells.ts'
import {diffLines} from '../../../src/ui/diff.ts'
import {styleFor} from '../../../src/ui/style.ts'

const plain = styleFor({write: () => undefined, isTTY: true}, {NO_COLOR: '1'})
const colour = styleFor({write: () => undefined, isTTY: true}, {FORCE_COLOR: '1'})
// oxlint-disable-next-line no-control-regex
const SGR = /\u001B\[\d+m/g

function diffOf(before: string | undefined, after: string | undefined): string {
  const state = (text: string | undefined) => (text === undefined ? undefined : {bytes: Buffer.from(text, 'utf8')})
  return fileDiff({path: 'a.ts', before: state(before), after: state(after)}).diff
}

function screen(before: string | undefined, after: string | undefined, columns: number | undefined = 100): string {
  return diffLines(diffOf(before, after), {style: plain, columns}).join('\n')
}

const GREET = "function greet(name) {\n  console.log('Hello ' + name);\n}\n"
const POLITE =
  "/** Greets a person politely. */\nfunction greet(name = 'world') {\n  console.log(`Hello, ${name}!`);\n}\n"
const numbered = (count: number) => Array.from({length: count}, (_, index) => `let value${index + 1} = ${index + 1}`)

describe('a diff on a terminal without colour', () => {
  it('numbers old and new lines and points at the words that changed', () => {
    const expected = [
      ' 1   -function greet(name) {',
      " 2   -  console.log('Hello ' + name);",
      '                    ^     ^^^^^',
      '   1 +/** Greets a person politely. */',
      "   2 +function greet(name = 'world') {",
      '                         ^^^^^^^^^^',
      '   3 +  console.log(`Hello, ${name}!`);',
      '                    ^     ^^^^    ^^^',
      ' 3 4  }',
    ]
    expect(screen(GREET, POLITE).split('\n')).to.deep.equal(expected)
    expect(screen(GREET, POLITE, 40).split('\n')).to.deep.equal(expected)
  })

  it('keeps the numbers right over several hunks, with one column of them where there is no room', () => {
    const before = numbered(1200)
    const after = before.map((line, index) =>
      index === 3
        ? line.replace('let', 'const')
        : index === 1100
          ? `${line} // one hundred more than a thousand, and more`
          : line,
    )
    after.splice(4, 0, 'let more')
    const ends = (text: string[]) => `${text.join('\n')}\n`
    expect(screen(ends(before), ends(after)).split('\n')).to.deep.equal([
      '    1    1  let value1 = 1',
      '    2    2  let value2 = 2',
      '    3    3  let value3 = 3',
      '    4      -let value4 = 4',
      '            ^^^',
      '         4 +const value4 = 4',
      '            ^^^^^',
      '         5 +let more',
      '    5    6  let value5 = 5',
      '    6    7  let value6 = 6',
      '    7    8  let value7 = 7',
      '           ⋮',
      ' 1098 1099  let value1098 = 1098',
      ' 1099 1100  let value1099 = 1099',
      ' 1100 1101  let value1100 = 1100',
      ' 1101      -let value1101 = 1101',
      '      1102 +let value1101 = 1101 // one hundred more than a thousand, and more',
      ' 1102 1103  let value1102 = 1102',
      ' 1103 1104  let value1103 = 1103',
      ' 1104 1105  let value1104 = 1104',
    ])
    expect(screen(ends(before), ends(after), 40).split('\n').slice(11, 19)).to.deep.equal([
      '     ⋮',
      '1099  let value1098 = 1098',
      '1100  let value1099 = 1099',
      '1101  let value1100 = 1100',
      '1101 -let value1101 = 1101',
      '1102 +let value1101 = 1101 // one ',
      '     +hundred more than a thousand, and ',
      '     +more',
    ])
  })

  it('cuts only what stays the same', () => {
    const long = 'a quite long line that would take two lines of a narrow terminal'
    expect(screen(`${long}\nx\n`, `${long}\n${long}\n`, 40).split('\n')).to.deep.equal([
      ' 1 1  a quite long line that would take…',
      ' 2   -x',
      '   2 +a quite long line that would take ',
      '     +two lines of a narrow terminal',
    ])
  })

  it('shows blanks where they are the change, and tabs as wide as they are', () => {
    expect(screen('all:\n\tcc x.c\n\tls\n', 'all:\n    cc x.c\n\tls \t\n').split('\n')).to.deep.equal([
      ' 1 1  all:',
      ' 2   -→   cc x.c',
      '      ^^^^',
      ' 3   -    ls',
      '   2 +····cc x.c',
      '      ^^^^',
      '   3 +    ls·→',
      '            ^^',
    ])
    expect(screen('a b\n', 'a  b\n')).to.equal(' 1   -a b\n   1 +a ·b\n        ^')
  })

  it('says in words that a last line has no end, and shows other line ends', () => {
    expect(screen('one\ntwo', 'one\ntwo\n').split('\n')).to.deep.equal([
      ' 1 1  one',
      ' 2   -two',
      '     \\ no newline at end of file',
      '   2 +two',
    ])
    expect(screen('one\r\ntwo\r\n', 'one\ntwo\n').split('\n')).to.deep.equal([
      ' 1   -one␍',
      ' 2   -two␍',
      '   1 +one',
      '   2 +two',
    ])
    expect(screen('one\r\ntwo\r\n', 'one\r\nTWO\r\n')).to.equal(' 1 1  one\n 2   -two\n   2 +TWO')
    expect(screen('one\r\ntwo\r\nend', 'one\r\nTWO\r\nend')).not.to.contain('␍')
    expect(screen('one\r\n', 'one\r\ntwo\n')).to.equal(' 1 1  one␍\n   2 +two')
  })

  it('shows whatever a terminal would obey, reorder or hide', () => {
    const evil =
      'if (admin\u202E \u2066// check\u2069) {}\nlet\u00A0a\u200B = "\u001B[2J\u009B1m\u0007\u{E0041}\u3164\uFE00"\na\rb\u2028c\n'
    expect(screen(undefined, evil).split('\n')).to.deep.equal([
      '   1 +if (admin<U+202E> <U+2066>// check<U+2069>) {}',
      '   2 +let<U+00A0>a<U+200B> = "␛[2J<U+009B>1m␇<U+E0041><U+3164><U+FE00>"',
      '   3 +a␍b<U+2028>c',
    ])
    expect(screen(undefined, '👨‍👩‍👧 ❤️ 1️⃣ 👩🏽‍💻 日本語 cafe\u0301\n1\u200D2\n')).to.equal(
      '   1 +👨‍👩‍👧 ❤️ 1️⃣ 👩🏽‍💻 日本語 cafe\u0301\n   2 +1<U+200D>2',
    )
  })

  it('names letters that were swapped for others which look like them', () => {
    expect(screen('let paypal = 1\n', 'let p\u0430ypal = 1\n').split('\n')).to.deep.equal([
      ' 1   -let paypal = 1',
      '          ^^^^^^',
      '   1 +let p<U+0430>ypal = 1',
      '          ^^^^^^^^^^^^^',
    ])
    expect(screen('café\n', 'cafe\u0301\n').split('\n')).to.deep.equal([
      ' 1   -caf<U+00E9>',
      '      ^^^^^^^^^^^',
      '   1 +cafe<U+0301>',
      '      ^^^^^^^^^^^^',
    ])
  })

  it('wraps by cells, and never through a character', () => {
    const text = '日本語のテキストはここにあります。とても長い行なので、折り返しが必要です。'
    expect(screen(`${text}\n`, `${text.replace('長い', '短い')}\n`, 40).split('\n')).to.deep.equal([
      ' 1   -日本語のテキストはここにあります。',
      '     -とても長い行なので、折り返しが必要',
      '            ^^',
      '     -です。',
      '   1 +日本語のテキストはここにあります。',
      '     +とても短い行なので、折り返しが必要',
      '            ^^',
      '     +です。',
    ])
  })

  it('folds a very long line where it stayed the same', () => {
    const long = Array.from({length: 20_000}, (_, index) => `v${index}=${index};`).join('')
    const shown = screen(`${long}\n`, `${long.replace('v10000=', 'renamed=')}\n`)
    expect(shown).to.contain('v10000=10000;').and.contain('renamed=10000;').and.contain('characters as before')
    expect(shown.split('\n')).to.have.length.below(10)
  })
})

describe('a diff in a pipe', () => {
  it('is unified: signs first, nothing wrapped, and words that changed pointed at by lines of their own', () => {
    const long = 'word '.repeat(60).trim()
    expect(
      diffLines(diffOf(`a\n\t${long}\nb`, `a\n\t${long}!\nb\n`), {style: plain, columns: undefined}),
    ).to.deep.equal([
      '--- a/a.ts',
      '+++ b/a.ts',
      '@@ -1,3 +1,3 @@',
      ' a',
      `-\t${long}`,
      '-b',
      '\\ no newline at end of file',
      `+\t${long}!`,
      `?\t${' '.repeat(long.length)}^`,
      '+b',
    ])
  })
})

describe('a diff with colour', () => {
  it('paints signs and text, and turns changed words around so that they show on any background', () => {
    const painted = diffLines(diffOf('let a = 1\nx\n', 'let b = 1\nx\n'), {style: colour, columns: 100})
    expect(painted).to.deep.equal([
      '\u001B[2m 1   \u001B[22m\u001B[31m-let \u001B[39m\u001B[31m\u001B[7ma\u001B[27m\u001B[39m\u001B[31m = 1\u001B[39m',
      '\u001B[2m   1 \u001B[22m\u001B[32m+let \u001B[39m\u001B[32m\u001B[7mb\u001B[27m\u001B[39m\u001B[32m = 1\u001B[39m',
      '\u001B[2m 2 2 \u001B[22m x',
    ])
    expect(painted.join('')).not.to.match(/\u001B\[(?:4[0-7]|10[0-7]|48)/)
  })
})

describe('every diff', () => {
  const character = fc.oneof(
    {weight: 4, arbitrary: fc.constantFrom(...'ab c=(1)\t')},
    fc.constantFrom(
      '日',
      '👨‍👩‍👧',
      'e\u0301',
      '\u202E',
      '\u001B[2J',
      '\r',
      '\u200D',
      '\uFE0F',
      '\u00A0',
      '\uFF21',
      '한',
      '\u0000',
    ),
  )
  const line = fc.array(character, {maxLength: 60}).map((parts) => parts.join(''))
  const text = fc.array(line, {maxLength: 12}).map((parts) => parts.join('\n'))
  const columns = fc.integer({min: 40, max: 200})

  it('fits the terminal, closes every colour on its line, and has no other escape code', () => {
    fc.assert(
      fc.property(text, text, columns, (before, after, width) => {
        for (const painted of diffLines(diffOf(before, after), {style: colour, columns: width})) {
          const open = (painted.match(SGR) ?? []).map((code) => code.slice(2, -1))
          expect(open.filter((code) => ['2', '7', '31', '32'].includes(code))).to.have.lengthOf(
            open.filter((code) => ['22', '27', '39'].includes(code)).length,
          )
          const bare = painted.replaceAll(SGR, '')
          expect(bare).not.to.match(/[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/)
          expect(cellsOf(bare)).to.be.at.most(width)
        }
      }),
      {numRuns: 500},
    )
  })

  it('shows a changed line otherwise than what it was', () => {
    fc.assert(
      fc.property(line, line, (before, after) => {
        // What has a NUL is no text.
        fc.pre(before !== after && !`${before}${after}`.includes('\0'))
        const shown = diffLines(diffOf(`${before}\nx\n`, `${after}\nx\n`), {style: plain, columns: 2000})
        const bodies = (sign: string) =>
          shown.filter((row) => row.slice(5, 6) === sign && /^ [\d ] [\d ] /.test(row)).map((row) => row.slice(6))
        expect(bodies('-')).not.to.deep.equal(bodies('+'))
      }),
      {numRuns: 2000},
    )
  })

  it('of ten thousand changed lines is there at once, and one line of a megabyte hangs nothing', () => {
    const many = (word: string) =>
      `${Array.from({length: 5000}, (_, index) => `  const value${index} = ${word}(${index}, "text")`).join('\n')}\n`
    const diff = diffOf(many('compute'), many('calculate'))
    const times = [1, 2, 3, 4, 5].map(() => {
      const start = performance.now()
      expect(diffLines(diff, {style: colour, columns: 100})).to.have.lengthOf(10_000)
      return performance.now() - start
    })
    expect(Math.min(...times)).to.be.below(200)
    for (const [before, after] of [
      ['x'.repeat(1e6), 'y'.repeat(1e6)],
      ['word '.repeat(2e5), 'Word '.repeat(2e5)],
      ['日'.repeat(3e5), '本'.repeat(3e5)],
      ['', '\u200B👨‍👩‍👧\t'.repeat(1e5)],
    ]) {
      const start = performance.now()
      diffLines(diffOf(`${before}\n`, `${after}\n`), {style: colour, columns: 40})
      expect(performance.now() - start).to.be.below(8000)
    }
  })
})
