import {expect} from 'chai'
import fc from 'fast-check'
import {VibeError} from '../../../src/errors.ts'
import {checkedHeaders, checkedName, commandWords, pairs} from '../../../src/providers/provider-input.ts'

function fails(run: () => unknown): VibeError {
  try {
    run()
  } catch (error) {
    if (error instanceof VibeError) return error
    throw error
  }
  throw new Error('it did not fail')
}

describe('what people type about a provider', () => {
  describe('commandWords', () => {
    const cases: Array<[text: string, words: string[]]> = [
      ['pass show work', ['pass', 'show', 'work']],
      [`op read "op://Team Vault/key"`, ['op', 'read', 'op://Team Vault/key']],
      [`printf '%s\\n' "a\\"b"`, ['printf', '%s\\n', 'a"b']],
      [`a\\ b ''`, ['a b', '']],
      [`pre"mid"'post'`, ['premidpost']],
    ]
    for (const [text, words] of cases) it(`splits ${text}`, () => expect(commandWords(text)).to.deep.equal(words))
    for (const text of ['', '   ', `'open`, `a "open`, 'a\\']) {
      it(`refuses ${JSON.stringify(text)}`, () =>
        expect(fails(() => commandWords(text))).to.include({code: 'command-invalid', exit: 2}))
    }
    it('gives back whatever words were quoted', () => {
      const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`
      fc.assert(
        fc.property(fc.array(fc.string({maxLength: 20}), {minLength: 1, maxLength: 5}), (words) => {
          expect(commandWords(words.map(quote).join(' '))).to.deep.equal(words)
        }),
      )
    })
    it('ends soon, whatever is typed', () => {
      const nasty = fc
        .array(fc.constantFrom("'", '"', '\\', ' ', 'a'), {maxLength: 2_000})
        .map((parts) => parts.join(''))
      fc.assert(
        fc.property(nasty, (text) => {
          try {
            commandWords(text)
          } catch (error) {
            expect(error).to.be.instanceOf(VibeError)
          }
        }),
        {numRuns: 50},
      )
    })
  })

  it('takes pairs apart at the first =', () => {
    expect(pairs(['a=1', 'b=x=y', 'c='], 'set')).to.deep.equal({a: '1', b: 'x=y', c: ''})
  })
  it('does not repeat what may be a secret', () => {
    const error = fails(() => pairs(['Authorization: Bearer sk-hush'], 'header'))
    expect(error.message).to.contain('Authorization').and.not.to.contain('hush')
  })

  for (const name of ['work', 'a', 'Open_AI-2', '4o'])
    it(`takes the name ${name}`, () => expect(checkedName(name)).to.equal(name))
  for (const name of ['', 'env', '-a', 'a b', 'a.b', 'a/b', 'constructor', '__proto__', 'x'.repeat(41), 'ä']) {
    it(`refuses the name "${name}"`, () =>
      expect(fails(() => checkedName(name))).to.include({code: 'name-invalid', exit: 2}))
  }
  for (const headers of [{'a b': '1'}, {Host: 'x'}, {'X-A': 'one\r\nX-B: two'}, {'X-A': 'ō'}, {'': 'x'}]) {
    it(`refuses the header ${JSON.stringify(headers)}`, () =>
      expect(fails(() => checkedHeaders(headers as Record<string, string>))).to.include({
        code: 'header-invalid',
        exit: 2,
      }))
  }
})
