import {expect} from 'chai'
import fc from 'fast-check'
import {EditRefusal} from '../../../src/edits/refusal.ts'
import {replaceUnique} from '../../../src/edits/replace-unique.ts'

function refused(text: string, old: string, next: string): EditRefusal {
  try {
    replaceUnique(text, old, next)
  } catch (error) {
    if (error instanceof EditRefusal) return error
    throw error
  }
  throw new Error('the edit was not refused')
}

describe('replaceUnique', () => {
  it('replaces the only occurrence and says where', () => {
    expect(replaceUnique('a\nb\nc\n', 'b', 'x\ny')).to.deep.equal({text: 'a\nx\ny\nc\n', firstLine: 2, lastLine: 3})
    expect(replaceUnique('abc', 'b', '')).to.deep.equal({text: 'ac', firstLine: 1, lastLine: 1})
    expect(replaceUnique('a\nb\n', 'b\n', 'x\ny\n')).to.include({firstLine: 2, lastLine: 3})
  })

  it('takes the new text literally', () => {
    expect(replaceUnique('a b c', 'b', "$& $1 $$ $' $`").text).to.equal("a $& $1 $$ $' $` c")
  })

  it('keeps CRLF, whichever ends the model writes', () => {
    const text = 'one\r\ntwo\r\nthree\r\n'
    for (const [old, next] of [
      ['one\ntwo', 'uno\ndos'],
      ['one\r\ntwo', 'uno\r\ndos'],
      ['one\ntwo', 'uno\r\ndos'],
    ] as const) {
      expect(replaceUnique(text, old, next).text).to.equal('uno\r\ndos\r\nthree\r\n')
    }
    expect(replaceUnique(text, 'two', 'a\nb').text).to.equal('one\r\na\r\nb\r\nthree\r\n')
    expect(replaceUnique(text, '\nthree\n', '\n').text).to.equal('one\r\ntwo\r\n')
    expect(replaceUnique(text, 'two\n', '').text).to.equal('one\r\nthree\r\n')
  })

  it('leaves mixed and bare line ends outside the place alone', () => {
    expect(replaceUnique('a\nb\r\nc\rd\n', 'b\nc', 'B\nC').text).to.equal('a\nB\r\nC\rd\n')
    expect(replaceUnique('a\r\nb\nc\nd\r\n', 'b\nc\n', 'x\ny\nz\n').text).to.equal('a\r\nx\ny\nz\nd\r\n')
  })

  it('keeps a BOM and a missing final newline', () => {
    expect(replaceUnique('\ufeffa\nb', 'a', 'x').text).to.equal('\ufeffx\nb')
    expect(replaceUnique('a\nb', 'b', 'c').text).to.equal('a\nc')
  })

  it('refuses several places with their lines, overlapping ones too', () => {
    const error = refused('x\ny\nx\nz\nx\n', 'x', 'w')
    expect(error.code).to.equal('ambiguous')
    expect(error.message).to.include('3 times, at lines 1, 3, 5')
    expect(refused('aaa', 'aa', 'b').message).to.include('2 times, at lines 1, 1')
    expect(refused('x\n'.repeat(5000), 'x', 'y').message)
      .to.include('at least 1000 times')
      .and.include('and more')
  })

  it('refuses empty, identical and malformed texts', () => {
    expect(refused('a', '', 'b').code).to.equal('empty')
    expect(refused('a', 'a', 'a').code).to.equal('same')
    expect(refused('a\r\nb', 'a\nb', 'a\r\nb').code).to.equal('same')
    expect(refused('a', 'a', '\ud800').code).to.equal('malformed')
  })

  it('shows the nearest lines with their blanks when nothing matches', () => {
    const text = 'function a() {\n\t\tconst n = items.length\n\treturn n \n}\n'
    const {code, message} = refused(text, '    const n = items.length\n    return n', 'x')
    expect(code).to.equal('no-match')
    expect(message)
      .to.include('lines 2-3')
      .and.include('2 file:  →→const n = items.length')
      .and.include('yours: ····const n = items.length')
      .and.include('→return n·')
    expect(refused('alpha\nconst total = items.lenght\n', 'const total = items.length', 'x').message).to.include(
      '2 file:  const total = items.lenght',
    )
    expect(refused('alpha\n', 'const total = items.length', 'x').message).to.include('read the file again')
  })

  it('gives the likely reason', () => {
    expect(refused('a\nb\n', '1\ta\n2\tb', 'x').message).to.include('Leave out the line numbers')
    expect(refused('new text\n', 'old text', 'new text').message).to.include('already there')
    expect(refused('a\nend', 'end\n', 'x').message).to.include('does not end with a newline')
  })

  it('answers quickly on a large file', () => {
    const large = Array.from({length: 100_000}, (_, index) => `line number ${index} with some text`).join('\n')
    const started = performance.now()
    refused(large, 'a line that is nowhere to be found at all', 'x')
    refused('same\n'.repeat(200_000), 'same\nother', 'x')
    refused('x'.repeat(1_000_000), `${'x'.repeat(500)}y`, 'z')
    expect(performance.now() - started).to.be.below(1500)
  })

  it('changes nothing outside the place, for any text', () => {
    const line = fc.stringMatching(/^[ab\t é]{0,4}$/)
    const body = (...endings: string[]) =>
      fc.array(fc.tuple(line, fc.constantFrom(...endings)), {maxLength: 8}).map((parts) => parts.flat().join(''))
    const file = body('\n', '\r\n', '\r')
    fc.assert(
      fc.property(file, body('\n', '\r\n'), file, (before, next, after) => {
        const text = `${before}MARK${after}`
        if (next === 'MARK') return
        const result = replaceUnique(text, 'MARK', next).text
        expect(result.startsWith(before)).to.equal(true)
        expect(result.endsWith(after)).to.equal(true)
        expect(result.slice(before.length, result.length - after.length).replaceAll('\r\n', '\n')).to.equal(
          next.replaceAll('\r\n', '\n'),
        )
      }),
      {numRuns: 2000},
    )
  })
})
