import {expect} from 'chai'
import fc from 'fast-check'
import {ProviderError} from 'vibe-plugin-api'
import {MAX_ATTEMPTS, retryDelay, waitFor} from '../../../src/providers/retry.ts'

const error = (retryAfterMs?: number, retryable = true) =>
  new ProviderError({
    code: 'overloaded',
    message: 'x',
    retryable,
    ...(retryAfterMs === undefined ? {} : {retryAfterMs}),
  })

describe('retryDelay', () => {
  it('has full jitter under a doubling, capped bound, and never less than the service asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({min: 1, max: MAX_ATTEMPTS - 1}),
        fc.double({min: 0, max: 0.999999, noNaN: true}),
        fc.option(fc.integer({min: 0, max: 60_000}), {nil: undefined}),
        (attempt, random, asked) => {
          const ms = retryDelay({attempt, error: error(asked)}, () => random)
          const bound = 1000 * 2 ** (attempt - 1)
          expect(ms).to.equal(Math.max(asked ?? 0, random * bound))
          expect(ms).to.be.within(asked ?? 0, Math.max(bound, asked ?? 0))
        },
      ),
    )
  })

  it('takes an impossible wish of the service for none', () => {
    for (const asked of [Number.NaN, -5, Number.POSITIVE_INFINITY])
      expect(retryDelay({attempt: 1, error: error(asked)}, () => 0.5)).to.equal(500)
  })

  it('refuses what is final, too often or too long', () => {
    expect(() => retryDelay({attempt: 1, error: error(0, false)}, Math.random)).to.throw(ProviderError)
    expect(() => retryDelay({attempt: MAX_ATTEMPTS, error: error()}, Math.random)).to.throw(ProviderError)
    expect(() => retryDelay({attempt: 1, error: error(60_001)}, Math.random)).to.throw('asks to wait 60 s')
    expect(() => retryDelay({attempt: 1, error: error(3_600_000)}, Math.random)).to.throw('asks to wait 60 minutes')
  })
})

describe('waitFor', () => {
  it('waits, and ends at once when aborted', async () => {
    await waitFor(5, new AbortController().signal)
    const controller = new AbortController()
    const started = performance.now()
    setTimeout(() => controller.abort(), 10)
    const failure = await waitFor(60_000, controller.signal).catch((thrown: unknown) => thrown)
    expect(failure).to.include({code: 'aborted'})
    expect(performance.now() - started).to.be.below(100)
    expect(await waitFor(1, AbortSignal.abort()).catch((thrown: unknown) => thrown)).to.include({code: 'aborted'})
  })
})
