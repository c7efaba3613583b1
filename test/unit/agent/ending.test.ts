import {expect} from 'chai'
import {isProviderError} from 'vibe-plugin-api'
import type {Answer} from '../../../src/agent/answer.ts'
import {endingOf} from '../../../src/agent/ending.ts'

const answer = (changes: Partial<Answer>): Answer => ({
  content: [],
  calls: [],
  text: 'words',
  stopReason: 'end-turn',
  usage: {},
  ...changes,
})
const call = {type: 'tool-call-end' as const, index: 0, callId: 'c', name: 'list', inputText: '{}', input: {}}

function codeOf(work: () => unknown): string | undefined {
  try {
    work()
  } catch (error) {
    return isProviderError(error) ? error.code : String(error)
  }
  return undefined
}

describe('how an answer ended', () => {
  it('says nothing of a natural end', () => {
    for (const stopReason of ['end-turn', 'stop-sequence', 'tool-calls', 'other'] as const)
      expect(endingOf(answer({stopReason}), true)).to.equal(undefined)
  })

  it('takes a blocked or refused answer for a failure, also with tool calls in it', () => {
    for (const stopReason of ['content-filter', 'refusal'] as const)
      for (const calls of [[], [call]])
        expect(codeOf(() => endingOf(answer({stopReason, calls}), false))).to.equal('content-blocked')
  })

  it('takes an empty first answer for a failure, an empty last word for an answer', () => {
    expect(codeOf(() => endingOf(answer({text: ' \n'}), true))).to.equal('bad-response')
    expect(endingOf(answer({text: ''}), false)).to.equal(undefined)
    expect(endingOf(answer({text: '', calls: [call]}), true)).to.equal(undefined)
  })

  it('says that an answer was cut by the output limit, unless the tools go on', () => {
    expect(endingOf(answer({stopReason: 'max-output'}), true)).to.contain('--max-tokens')
    expect(endingOf(answer({stopReason: 'max-output', calls: [call]}), true)).to.equal(undefined)
  })
})
