import {expect} from 'chai'
import fc from 'fast-check'
import {isProviderError, ProviderError} from 'vibe-plugin-api'
import {tameError, wordsOf} from '../../../src/providers/tame-error.ts'

const BRAND = Symbol.for('vibe.provider-error')
const no = () => {
  throw new Error('no')
}

describe('an error of a plugin', () => {
  it('that is what it claims to be stays the same', () => {
    const cause = new TypeError('x')
    for (const error of [
      new Error('plain', {cause}),
      new ProviderError({code: 'network', message: 'gone', retryable: true, retryAfterMs: 5}, {cause}),
      new DOMException('stopped', 'AbortError'),
    ])
      expect(error instanceof DOMException ? tameError(error).message : tameError(error)).to.equal(
        error instanceof DOMException ? 'stopped' : error,
      )
  })

  it('of another copy of the contract keeps what it says', () => {
    const other = Object.assign(new Error('busy'), {[BRAND]: true, code: 'overloaded', retryable: true, status: 529})
    expect(tameError(other)).to.equal(other)
    const bare = {[BRAND]: true, code: 'overloaded', message: 'busy\nnow', retryable: true, status: 529, hint: 'Wait.'}
    expect(tameError(bare)).to.include({
      code: 'overloaded',
      message: 'busy now',
      retryable: true,
      status: 529,
      hint: 'Wait.',
    })
    expect(isProviderError(tameError(bare))).to.equal(true)
  })

  function expectReadable(thrown: unknown): void {
    const error = tameError(thrown)
    expect(error.message).to.be.a('string')
    expect(error.message.length).to.be.within(isProviderError(error) ? 1 : 0, 2_000)
    expect(wordsOf(thrown))
      .to.be.a('string')
      .and.match(/^[^\p{Cc}]{1,300}$/u)
    if (!isProviderError(error)) return
    expect(error.code).to.be.a('string')
    expect(error.retryable).to.be.a('boolean')
    expect(Number.isNaN(error.retryAfterMs)).to.equal(false)
  }

  it('can always be read, when reading it throws', () => {
    for (const thrown of [
      new Proxy({}, {get: no, has: no, getPrototypeOf: no, ownKeys: no, getOwnPropertyDescriptor: no}),
      new Proxy(new Error('x'), {get: no}),
      Object.defineProperty({}, 'message', {get: no}),
      Object.defineProperty({[BRAND]: true}, 'code', {get: no}),
      Object.defineProperty(new Error('x'), 'message', {get: no}),
      Object.assign(new Error('x'), {[BRAND]: true, message: 7}),
      new Error('x'.repeat(1_000_000)),
      new Error(''),
      Symbol('x'),
      no,
    ])
      expectReadable(thrown)
  })

  it('can always be read, whatever it was', () => {
    const anything = fc.anything({withBigInt: true, withNullPrototype: true, withSparseArray: true})
    const branded = fc
      .record({code: anything, message: anything, retryable: anything, retryAfterMs: anything})
      .map((members) => ({...members, [BRAND]: true}))
    fc.assert(fc.property(fc.oneof(anything, branded), expectReadable))
  })
})
