import {expect} from 'chai'
import fc from 'fast-check'
import {wrapWords} from '../../../src/ui/wrap.ts'

describe('wrapping at words', () => {
  it('breaks at blanks and keeps the indent', () => {
    expect(wrapWords('  one two three', 10)).to.equal('  one two\n  three')
  })

  it('leaves a pipe, short lines and long words alone', () => {
    expect(wrapWords('a long line of words', undefined)).to.equal('a long line of words')
    expect(wrapWords('short\n', 40)).to.equal('short\n')
    expect(wrapWords('/a/very/long/path/of/one/word', 10)).to.equal('/a/very/long/path/of/one/word')
  })

  it('counts no column for colours', () => {
    expect(wrapWords('\u001B[1mone two\u001B[22m six', 11)).to.equal('\u001B[1mone two\u001B[22m six')
  })

  it('loses and adds no word, and passes the width only with a single word', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,14}$/), {minLength: 1, maxLength: 30})
    fc.assert(
      fc.property(words, fc.integer({min: 10, max: 60}), (given, columns) => {
        const lines = wrapWords(given.join(' '), columns).split('\n')
        expect(lines.join(' ').split(' ')).to.deep.equal(given)
        for (const line of lines) expect(line.length <= columns || !line.includes(' ')).to.equal(true)
      }),
    )
  })
})
