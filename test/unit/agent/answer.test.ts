import {expect} from 'chai'
import type {ChatEvent} from 'vibe-plugin-api'
import {addUsage, createAnswerCollector} from '../../../src/agent/answer.ts'

function answerOf(...events: ChatEvent[]) {
  const collector = createAnswerCollector()
  for (const event of events) collector.add(event)
  return collector.take()
}

const signed = {anthropic: {signature: 'abc'}}

describe('answer collector', () => {
  it('puts blocks that came mixed into the order of their indices, with their metadata', () => {
    const answer = answerOf(
      {type: 'reasoning-start', index: 0},
      {type: 'text-start', index: 1},
      {type: 'text-delta', index: 1, text: 'Hel'},
      {type: 'reasoning-delta', index: 0, text: 'hm'},
      {type: 'reasoning-end', index: 0, providerMetadata: signed},
      {type: 'text-delta', index: 1, text: 'lo'},
      {type: 'text-end', index: 1},
      {type: 'tool-call-end', index: 2, callId: 'c', name: 'read', input: {path: 'a'}, inputText: '{"path":"a"}'},
      {type: 'response-end', stopReason: 'tool-calls', usage: {input: 1, output: 2}},
    )
    expect(answer.content).to.deep.equal([
      {type: 'reasoning', text: 'hm', providerMetadata: signed},
      {type: 'text', text: 'Hello'},
      {type: 'tool-call', callId: 'c', name: 'read', input: {path: 'a'}},
    ])
    expect(answer.text).to.equal('Hello')
    expect(answer.calls.map((call) => call.callId)).to.deep.equal(['c'])
    expect(answer.usage).to.deep.equal({input: 1, output: 2})
  })

  it('keeps the text of an answer that was cut, but no reasoning that lacks its end', () => {
    const answer = answerOf(
      {type: 'reasoning-start', index: 0},
      {type: 'reasoning-delta', index: 0, text: 'unsigned'},
      {type: 'text-start', index: 1},
      {type: 'text-delta', index: 1, text: 'half a sen'},
    )
    expect(answer.content).to.deep.equal([{type: 'text', text: 'half a sen'}])
    expect(answer.stopReason).to.equal('interrupted')
  })

  it('adds usages, and what one side does not know stays unknown', () => {
    expect(addUsage({input: 1, output: 2}, {input: 3})).to.deep.equal({input: 4})
    expect(addUsage({}, {input: 3})).to.deep.equal({})
  })
})
