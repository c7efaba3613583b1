import {expect} from 'chai'
import fc from 'fast-check'
import {barText} from '../../../src/ui/pull-progress.ts'

describe('the bar of a pull', () => {
  it('fits any terminal', () => {
    fc.assert(
      fc.property(
        fc.integer({min: 24, max: 200}),
        fc.tuple(fc.nat(1e12), fc.nat(1e12)),
        fc.nat(1e9),
        (columns, [a, b], speed) => {
          const progress = {status: 'pulling', completed: Math.min(a, b), total: Math.max(a, b)}
          expect(barText({model: 'qwen3-coder:30b-a3b-q4_K_M', progress, speed}, columns).length).to.be.at.most(
            columns - 4,
          )
        },
      ),
    )
  })

  it('says how fast and how long where there is room', () => {
    const progress = {status: 'pulling', completed: 1e9, total: 4e9}
    expect(barText({model: 'm', progress, speed: 30e6}, 100)).to.equal(
      `m ${'█'.repeat(6)}${'░'.repeat(18)} 25 %  1.0 GB of 4.0 GB, 30 MB/s, 2 min left`,
    )
    expect(barText({model: 'm', progress: {status: 'verifying sha256 digest'}}, 40)).to.equal(
      'm  verifying sha256 digest',
    )
  })
})
