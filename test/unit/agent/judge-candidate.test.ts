import {expect} from 'chai'
import fc from 'fast-check'
import {judgeCandidate} from '../../../src/agent/judge-candidate.ts'

const facts = fc.record({
  local: fc.boolean(),
  contextWindow: fc.option(fc.nat(), {nil: undefined}),
  priceKnown: fc.boolean(),
})
const needs = fc.record({
  fromLocal: fc.boolean(),
  consent: fc.constantFrom('given', 'refused', 'unasked', 'impossible'),
  tokens: fc.nat(),
  capped: fc.boolean(),
})

describe('who may take over', () => {
  it('never lets a local conversation out without a yes', () => {
    fc.assert(
      fc.property(facts, needs, (candidate, need) => {
        if (!need.fromLocal || candidate.local || need.consent === 'given') return
        expect(judgeCandidate(candidate, need).kind).not.to.equal('go')
      }),
    )
  })

  it('never takes one whose window is known to be too small, or of unknown price under a cap, and never asks for those', () => {
    fc.assert(
      fc.property(facts, needs, (candidate, need) => {
        const small = candidate.contextWindow !== undefined && candidate.contextWindow < need.tokens
        if (!small && !(need.capped && !candidate.priceKnown)) return
        expect(judgeCandidate(candidate, need).kind).to.equal('skip')
      }),
    )
  })

  it('takes everything else, and asks only where a person is there', () => {
    fc.assert(
      fc.property(facts, needs, (candidate, need) => {
        const {kind} = judgeCandidate(candidate, need)
        if (kind === 'ask') expect(need.consent).to.equal('unasked')
        const fits = candidate.contextWindow === undefined || candidate.contextWindow >= need.tokens
        const priced = !need.capped || candidate.priceKnown
        if (fits && priced && (!need.fromLocal || candidate.local)) expect(kind).to.equal('go')
      }),
    )
  })
})
