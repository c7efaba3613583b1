import {expect} from 'chai'
import fc from 'fast-check'
import {bodyOf, dialectOf, firstSteps, grammarViolations, rewritten, torn} from 'vibe-plugin-testkit'
import type {ChatEvent, Protocol} from 'vibe-plugin-api'

const PROTOCOLS: readonly Protocol[] = ['openai-chat', 'openai-responses', 'anthropic-messages', 'ollama']
const protocol = fc.constantFrom(...PROTOCOLS)
const text = fc.string({unit: 'grapheme', maxLength: 60})

describe('faults', () => {
  it('tear an answer without changing a byte of it', () => {
    fc.assert(
      fc.property(protocol, text, fc.integer({min: 1, max: 40}), (name, said, size) => {
        const reply = dialectOf(name).reply({text: said})
        const writes = torn(reply, size).steps.flatMap((step) => ('write' in step ? [Buffer.from(step.write)] : []))
        expect(Buffer.concat(writes).toString('utf8')).to.equal(bodyOf(reply))
        expect(writes.every(({length}) => length <= size)).to.equal(true)
      }),
    )
  })

  it('pause inside every character that they tear', () => {
    const {steps} = torn(dialectOf('ollama').reply({text: 'ü'}), 1)
    const place = steps.findIndex((step) => 'write' in step && Buffer.from(step.write)[0] === 0xc3)
    expect(steps[place + 1]).to.have.property('waitMs')
    expect(steps[place + 2]).to.have.property('write')
  })

  it('break an answer off before its end', () => {
    fc.assert(
      fc.property(protocol, text, (name, said) => {
        const reply = dialectOf(name).reply({text: `${said} and more to come`})
        const begun = bodyOf({steps: firstSteps(reply)})
        expect(bodyOf(reply).startsWith(begun)).to.equal(true)
        expect(begun.length).to.be.below(bodyOf(reply).length)
      }),
    )
  })

  it('break off where they are told', () => {
    const reply = dialectOf('openai-chat').reply({text: 'Half a sentence'})
    const begun = bodyOf({steps: firstSteps(reply, 'a sen')})
    expect(begun).to.include('a sen').and.not.include('tence')
    expect(bodyOf(rewritten(reply, (body) => body.toUpperCase()))).to.equal(bodyOf(reply).toUpperCase())
  })
})

describe('the grammar', () => {
  const start: ChatEvent = {type: 'response-start', warnings: []}
  const end: ChatEvent = {type: 'response-end', stopReason: 'end-turn', usage: {}}
  const block = (index: number): ChatEvent[] => [
    {type: 'text-start', index},
    {type: 'text-delta', index, text: 'x'},
    {type: 'text-end', index},
  ]

  it('takes any number of blocks', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(50)), (indexes) => {
        expect(grammarViolations([start, ...indexes.flatMap(block), end])).to.deep.equal([])
      }),
    )
  })

  it('misses no event that is left out or doubled', () => {
    const good = [start, ...block(0), ...block(1), end]
    for (const place of good.keys()) {
      const isDelta = good[place]?.type === 'text-delta'
      const without = good.filter((_, index) => index !== place)
      const doubled = good.flatMap((event, index) => (index === place ? [event, event] : [event]))
      expect(grammarViolations(without).length > 0, `without ${place}`).to.equal(!isDelta)
      expect(grammarViolations(doubled).length > 0, `twice ${place}`).to.equal(!isDelta)
    }
  })
})
