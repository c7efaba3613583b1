import {expect} from 'chai'
import {hostname} from 'node:os'
import {committedText, type Source} from '../support/tree.ts'

/** Assembled, so that this file does not contain what it looks for. */
const word = (...parts: string[]) => parts.join('')

const FORBIDDEN: ReadonlyArray<[says: string, pattern: RegExp]> = [
  [
    'a home folder',
    new RegExp(
      word(
        String.raw`(?<![\w.~-])/(ho`,
        String.raw`me|Us`,
        String.raw`ers)/(?!(me|you|ada|user|dev|someone|x|u)\b)[a-z][\w-]*/`,
      ),
    ),
  ],
  ['the root account', new RegExp(word(String.raw`(?<![\w.~-])/ro`, String.raw`ot/`))],
  [
    'a folder of the machine it was written on',
    new RegExp(word(String.raw`(?<![\w.~-])/wo`, String.raw`rk/(main|shared|\.)`)),
  ],
  [
    'a package registry',
    new RegExp(word(String.raw`registry\.(np`, String.raw`mjs|ya`, String.raw`rnpkg)\.(org|com)`)),
  ],
  ['a private key', new RegExp(word('BEGIN ', '(RSA |EC |OPENSSH )?PRIV', 'ATE KEY'))],
]

function findings({path, text}: Source): string[] {
  return FORBIDDEN.filter(([, pattern]) => pattern.test(text)).map(([says]) => `${path} contains ${says}`)
}

describe('committed text', () => {
  it('names no machine, no registry and no secret', () => {
    const sources = committedText()
    expect(sources.length).to.be.greaterThan(50)
    expect(sources.flatMap(findings)).to.deep.equal([])
    const own = hostname()
    if (own.length > 5) expect(sources.filter(({text}) => text.includes(own)).map(({path}) => path)).to.deep.equal([])
  })

  it('would be caught naming one', () => {
    const found = (text: string) => findings({path: 'x', text}).length
    expect(found(word('see /ho', 'me/alice/project/'))).to.equal(1)
    expect(found(word('https://registry.np', 'mjs.org/x'))).to.equal(1)
    expect(found(word('/ro', 'ot/.npmrc'))).to.equal(1)
    expect(found(word('/wo', 'rk/main'))).to.equal(1)
    expect(found('see ./home/alice and src/root/x')).to.equal(0)
  })
})
