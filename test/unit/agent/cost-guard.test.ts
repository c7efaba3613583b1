import {expect} from 'chai'
import fc from 'fast-check'
import {fitUnderCap} from '../../../src/agent/cost-guard.ts'
import {createCostMeter} from '../../../src/agent/limits.ts'
import type {ReadyProvider} from '../../../src/agent/ready.ts'
import {estimateTokens} from '../../../src/context/estimate.ts'
import {VibeError} from '../../../src/errors.ts'
import {opened, REQUEST, yielding} from '../providers/stream-support.ts'

function priced(price: ReadyProvider['price'], maxOutput?: number): ReadyProvider {
  const made = opened(() => yielding())
  const {entry} = made.instance
  const catalog = [{id: 'm', kind: 'chat' as const, ...(maxOutput === undefined ? {} : {maxOutput})}]
  const manifest = {...entry.manifest, models: {source: 'catalog' as const, catalog}}
  return {opened: {...made, instance: {...made.instance, entry: {...entry, manifest}}}, model: 'm', price}
}

describe('a request under a cost cap', () => {
  it('never costs more than is left, by its estimate and its limit of output', () => {
    const price = fc.double({min: 0, max: 1000, noNaN: true})
    fc.assert(
      fc.property(price, price, fc.double({min: 0, max: 10, noNaN: true}), (input, output, cap) => {
        const ready = priced({input, output}, 100_000)
        try {
          const {request} = fitUnderCap(REQUEST, ready, createCostMeter(cap))
          const most = request.maxOutputTokens ?? 100_000
          expect((estimateTokens(request) * input + most * output) / 1e6).to.be.at.most(cap + 1e-9)
        } catch (error) {
          expect(error).to.be.instanceOf(VibeError).with.property('code', 'limit-reached')
        }
      }),
    )
  })

  it('leaves a request alone without a cap, where it is free, and where there is room', () => {
    expect(fitUnderCap(REQUEST, priced(undefined), createCostMeter()).request).to.equal(REQUEST)
    expect(fitUnderCap(REQUEST, priced({free: true}), createCostMeter(0.01)).request).to.equal(REQUEST)
    expect(fitUnderCap(REQUEST, priced({input: 1, output: 1}), createCostMeter(100)).request).to.equal(REQUEST)
  })

  it('is refused when the price is unknown or half of it is', () => {
    for (const price of [undefined, {}, {input: 1}, {output: 1}, {input: Number.NaN, output: 1}])
      expect(() => fitUnderCap(REQUEST, priced(price), createCostMeter(1))).to.throw(/price of m is unknown/)
  })

  it('keeps a cap by what a broken request may have cost at most', () => {
    const meter = createCostMeter(1)
    meter.add(undefined, 0.4)
    expect(meter.total).to.equal(undefined)
    expect(meter.left).to.be.closeTo(0.6, 1e-9)
    meter.check()
    meter.add(undefined)
    expect(() => meter.check()).to.throw(/unknown/)
  })
})
