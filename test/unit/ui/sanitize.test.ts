import {expect} from 'chai'
import fc from 'fast-check'
import {sanitize} from '../../../src/ui/sanitize.ts'

describe('foreign text on a terminal', () => {
  it('shows what a terminal would obey', () => {
    expect(sanitize('a\u001B[2Jb\u009B31mc\r\nd\re\u0007')).to.equal('a␛[2Jb\\x9b31mc\nd␍e␇')
  })

  it('shows what hides or reorders, and keeps joined emoji', () => {
    expect(sanitize('safe\u202Eevil \u{E0041} x\u200By')).to.equal('safe<U+202E>evil <U+E0041> x<U+200B>y')
    expect(sanitize('a\u3164b\u00ADc\uFE01d\u061Ce\u2028f')).to.equal('a<U+3164>b<U+00AD>c<U+FE01>d<U+061C>e<U+2028>f')
    expect(sanitize('👨‍👩‍👧 ❤️ 1️⃣ 日本語')).to.equal('👨‍👩‍👧 ❤️ 1️⃣ 日本語')
  })

  it('lets no control character through, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), (text) => {
        expect(sanitize(text)).not.to.match(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/)
      }),
      {numRuns: 2000},
    )
  })
})
