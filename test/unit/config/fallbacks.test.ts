import {expect} from 'chai'
import fc from 'fast-check'
import {fallbackProblems, MAX_FALLBACKS, parseFallback, usableFallbacks} from '../../../src/config/fallbacks.ts'

const providers = {work: {type: 'openai', model: 'big'}, spare: {type: 'openai'}, third: {type: 'anthropic'}}

describe('fallbacks of a provider', () => {
  it('are another provider, with a model, or another model of its own', () => {
    expect(parseFallback('spare', 'work')).to.deep.equal({text: 'spare', provider: 'spare'})
    expect(parseFallback('spare/qwen/qwen3', 'work')).to.deep.include({provider: 'spare', model: 'qwen/qwen3'})
    expect(parseFallback('/qwen/qwen3', 'work')).to.deep.include({provider: 'work', model: 'qwen/qwen3'})
  })

  for (const [what, list, words] of [
    ['an unknown provider', ['spair'], 'no provider is called "spair"'],
    ['a name of every object', ['constructor'], 'no provider is called "constructor"'],
    ['itself', ['work'], 'itself'],
    ['its own model', ['/big'], 'itself'],
    ['one twice', ['spare', 'spare'], 'twice'],
    ['nothing', [''], 'no provider is called ""'],
    ['its own nothing', ['/'], 'itself'],
    ['too many', ['spare', 'spare/a', 'spare/b', 'spare/c', 'spare/d', 'spare/e'], `${MAX_FALLBACKS} is the most`],
  ] as const) {
    it(`cannot be ${what}`, () => {
      const [problem] = fallbackProblems('work', list, providers)
      expect(problem?.message).to.contain(words).and.contain('providers.work.fallbacks')
    })
  }

  it('may name each other: only the list of the provider that a turn began with counts', () => {
    expect(fallbackProblems('work', ['spare'], providers)).to.deep.equal([])
    expect(fallbackProblems('spare', ['work'], providers)).to.deep.equal([])
  })

  it('never make more tries than the most, nor the same one twice, whatever is written', () => {
    const entry = fc.oneof(
      fc.constantFrom('work', 'spare', 'third', 'spare/x', '/x', '/big', '/', '__proto__', 'toString/x'),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(entry, {maxLength: 20}), (list) => {
        const usable = usableFallbacks('work', list, providers)
        expect(usable.length).to.be.at.most(MAX_FALLBACKS)
        const keys = usable.map(({provider, model}) => `${provider}/${model ?? ''}`)
        expect(new Set(keys).size).to.equal(keys.length)
        expect(keys).not.to.include('work/')
        for (const {provider} of usable) expect(Object.keys(providers)).to.include(provider)
      }),
    )
  })
})
