import {expect} from 'chai'
import fc from 'fast-check'
import type {JsonObject} from 'vibe-plugin-api'
import {createBudget, createCostMeter, createLoopWatch} from '../../../src/agent/limits.ts'
import {VibeError} from '../../../src/errors.ts'

describe('budget of a run', () => {
  it('counts requests over all turns', () => {
    const budget = createBudget({maxTurns: 2})
    budget.takeRequest()
    budget.takeRequest()
    expect(() => budget.takeRequest()).to.throw(VibeError, 'limit of 2 turns')
  })

  it('ends without a limit of its own after 100 requests', () => {
    const budget = createBudget({})
    for (let n = 0; n < 100; n++) budget.takeRequest()
    expect(() => budget.takeRequest()).to.throw(VibeError, 'limit of 100')
  })

  it('refuses the request after the one that reached the cost cap', () => {
    const budget = createBudget({maxCostUsd: 0.01})
    budget.takeRequest()
    budget.cost.add(0.009)
    budget.takeRequest()
    budget.cost.add(0.002)
    expect(() => budget.takeRequest()).to.throw(VibeError, 'cost cap of $0.01 is reached ($0.0110 spent)')
  })

  it('shares one purse between budgets', () => {
    const purse = createCostMeter(1)
    createBudget({maxCostUsd: 1}, purse).cost.add(2)
    expect(() => createBudget({maxCostUsd: 1}, purse).takeRequest()).to.throw(VibeError, 'cost cap')
  })

  it('never takes an unknown cost for none', () => {
    const budget = createBudget({maxCostUsd: 5})
    budget.cost.add(1)
    budget.cost.add(undefined)
    budget.cost.add(1)
    expect(budget.cost.total).to.equal(undefined)
    expect(() => budget.takeRequest()).to.throw(VibeError, 'unknown')
    const free = createBudget({})
    free.cost.add(undefined)
    free.takeRequest()
  })

  it('runs its time from the moment it is made', async () => {
    const {expiry} = createBudget({timeoutMs: 20})
    await new Promise((resolve) => setTimeout(resolve, 80))
    expect(expiry?.aborted).to.equal(true)
    expect(expiry?.reason).to.include({name: 'TimeoutError'})
  })
})

describe('loop watch', () => {
  it('counts the same call in a row, whatever the order of its members', () => {
    const watch = createLoopWatch()
    expect(watch.note('read', {path: 'a', from: 1})).to.equal(1)
    expect(watch.note('read', {from: 1, path: 'a'})).to.equal(2)
    expect(watch.note('read', {path: 'b'})).to.equal(1)
    expect(watch.note('list', {path: 'b'})).to.equal(1)
    expect(watch.note('list', {path: 'b'})).to.equal(2)
  })

  it('takes calls for the same exactly when their JSON is', () => {
    const inputs = fc.dictionary(fc.string({maxLength: 2}), fc.jsonValue({maxDepth: 2}), {noNullPrototype: true})
    fc.assert(
      fc.property(inputs, inputs, (first, second) => {
        const watch = createLoopWatch()
        watch.note('x', first as JsonObject)
        const same = watch.note('x', second as JsonObject) === 2
        expect(same).to.equal(canonical(first) === canonical(second))
      }),
      {numRuns: 300},
    )
  })
})

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`)
  return `{${members.sort().join()}}`
}
