import {expect} from 'chai'
import fc from 'fast-check'
import {didYouMean} from '../../src/did-you-mean.ts'

describe('didYouMean', () => {
  const keys = ['currentProvider', 'defaultModel', 'defaultTemperature', 'offlineMode', 'debugMode']

  it('finds the word behind a slip', () => {
    expect(didYouMean('defualtModel', keys)).to.equal('defaultModel')
    expect(didYouMean('offlinemode', keys)).to.equal('offlineMode')
    expect(didYouMean('debugmod', keys)).to.equal('debugMode')
    expect(didYouMean('opneai', ['anthropic', 'openai'])).to.equal('openai')
    expect(didYouMean('ge', ['get', 'set'])).to.equal('get')
  })

  it('is silent when nothing is near', () => {
    expect(didYouMean('colour', keys)).to.equal(undefined)
    expect(didYouMean('', keys)).to.equal(undefined)
    expect(didYouMean('x', [])).to.equal(undefined)
    expect(didYouMean('get', [''])).to.equal(undefined)
    expect(didYouMean('a'.repeat(1_000_000), ['a'.repeat(1_000_000)])).to.equal(undefined)
  })

  it('prefers the nearest, then the first', () => {
    expect(didYouMean('model', ['models', 'model'])).to.equal('model')
    expect(didYouMean('modl', ['mode', 'model'])).to.equal('mode')
    expect(didYouMean('modxl', ['modal', 'model'])).to.equal('modal')
  })

  it('finds every word again after one swap of neighbours', () => {
    const word = fc.string({unit: fc.constantFrom(...'abcdefghij'), minLength: 2, maxLength: 20})
    fc.assert(
      fc.property(word, fc.nat(), (text, seed) => {
        const place = seed % (text.length - 1)
        const swapped =
          text.slice(0, place) +
          text
            .slice(place, place + 2)
            .split('')
            .reverse()
            .join('') +
          text.slice(place + 2)
        expect(didYouMean(swapped, [text])).to.equal(text)
      }),
    )
  })
})
