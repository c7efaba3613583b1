import {expect} from 'chai'
import fc from 'fast-check'
import type {Price, Usage} from 'vibe-plugin-api'
import {costOf} from '../../../src/providers/price.ts'

const price: Price = {input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75}

const LONG: Price = {input: 2, output: 6, cacheRead: 0.5, above: {tokens: 200, input: 4, output: 12}}

describe('costOf', () => {
  const cases: Array<[string, Usage, Price | undefined, number | undefined]> = [
    ['plain tokens', {input: 1000, output: 100}, price, 0.0045],
    [
      'cached tokens apart',
      {input: 1000, inputCacheRead: 800, inputCacheWrite: 100, output: 0},
      price,
      (100 * 3 + 800 * 0.3 + 100 * 3.75) / 1e6,
    ],
    ['nothing at all', {input: 0, output: 0}, {}, 0],
    ['a request up to a limit', {input: 200, output: 10}, LONG, (200 * 2 + 10 * 6) / 1e6],
    ['a longer one, all of it', {input: 201, output: 10}, LONG, (201 * 4 + 10 * 12) / 1e6],
    ['a longer one, of which a rate is unknown', {input: 201, inputCacheRead: 1, output: 10}, LONG, undefined],
    ['a free model, whatever it said', {}, {free: true}, 0],
    ['no price', {input: 1, output: 1}, undefined, undefined],
    ['no input price', {input: 1, output: 1}, {output: 1}, undefined],
    ['no output price', {input: 1, output: 1}, {input: 1}, undefined],
    ['no output price that is not needed', {input: 1_000_000, output: 0}, {input: 1}, 1],
    ['no input figure', {output: 1}, price, undefined],
    ['no output figure', {input: 1}, price, undefined],
    ['cached tokens without their price', {input: 10, inputCacheRead: 5, output: 1}, {input: 1, output: 1}, undefined],
    [
      'written tokens without their price',
      {input: 10, inputCacheWrite: 5, output: 1},
      {input: 1, output: 1, cacheRead: 1},
      undefined,
    ],
    [
      'no cached tokens without their price',
      {input: 1_000_000, inputCacheRead: 0, output: 0},
      {input: 2, output: 1},
      2,
    ],
    ['more cached than sent', {input: 1, inputCacheRead: 2, output: 1}, price, undefined],
    ['negative tokens', {input: 1, output: -1}, price, undefined],
    ['no number', {input: Number.NaN, output: 1}, price, undefined],
    ['a negative price', {input: 1, output: 1}, {input: -1, output: 1}, undefined],
  ]
  for (const [name, usage, given, cost] of cases) {
    it(`of ${name} is ${cost ?? 'unknown'}`, () => {
      const actual = costOf(usage, given)
      if (cost === undefined) expect(actual).to.equal(undefined)
      else expect(actual).to.be.closeTo(cost, 1e-12)
    })
  }

  it('is never negative, never NaN, and zero only when nothing was used or the model is free', () => {
    const figure = fc.option(fc.integer({min: -10, max: 1e7}), {nil: undefined})
    const amount = fc.option(fc.double({min: 0.001, max: 100, noNaN: true}), {nil: undefined})
    const usages = fc.record({input: figure, output: figure, inputCacheRead: figure, inputCacheWrite: figure})
    const prices = fc.record({input: amount, output: amount, cacheRead: amount, cacheWrite: amount})
    fc.assert(
      fc.property(usages, prices, (usage, given) => {
        const cost = costOf(usage as Usage, given as Price)
        if (cost === undefined) return
        expect(cost).to.be.at.least(0)
        expect(cost === 0).to.equal(usage.input === 0 && usage.output === 0)
      }),
    )
  })
})
