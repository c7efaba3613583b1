import {expect} from 'chai'
import type {AgentEvent} from '../../../src/agent/events.ts'
import {createPlainFace, failedUncounted} from '../../../src/ui/plain.ts'

/** What is said beside the answer, in a pipe or on a terminal of some columns. */
function talkOf(events: AgentEvent[], columns?: number): string {
  let said = ''
  const talk = {write: (text: string) => (said += text), ...(columns === undefined ? {} : {isTTY: true, columns})}
  const face = createPlainFace({out: {write: () => undefined}, talk, env: {NO_COLOR: '1'}})
  events.forEach(face.show)
  return said
}

const called: AgentEvent = {type: 'tool', id: 'a', name: 'read', input: {}, summary: 'read src/a.ts'}
const result = {type: 'tool_result', id: 'a', name: 'read', ok: true, output: '', ms: 3} as const

describe('the plain face', () => {
  it('does not repeat in a result what announced its call', () => {
    expect(talkOf([called, {...result, summary: 'read src/a.ts, lines 1-9 of 9'}])).to.equal(
      '› read src/a.ts\n✓ lines 1-9 of 9\n',
    )
    expect(talkOf([called, {...result, summary: 'read src/a.ts'}])).to.equal('› read src/a.ts\n✓ read src/a.ts\n')
    expect(talkOf([{...result, summary: 'exit code 0'}])).to.equal('✓ exit code 0\n')
  })

  it('says a refusal once, and no way around it to who refused', () => {
    const denied: AgentEvent = {type: 'denied', id: 'a', tool: 'write', reason: 'the user said no', hint: ''}
    const events: AgentEvent[] = [denied, {...result, ok: false, summary: 'denied'}]
    expect(talkOf(events)).to.equal('! not done: write: the user said no\n')
  })

  it('breaks what it says at words on a terminal, and nothing in a pipe', () => {
    const notice: AgentEvent = {type: 'notice', message: 'this is said in several words'}
    expect(talkOf([notice], 16)).to.equal('this is said in\nseveral words\n')
    expect(talkOf([notice])).to.equal('this is said in several words\n')
  })

  it('sums nothing up where a failure came before anything was counted', () => {
    const failed = {status: 'error', exit: 4, text: '', session: '', turns: 1, ms: 1, usage: {}, edits: []} as const
    expect(failedUncounted({...failed, type: 'result', edits: []})).to.equal(true)
    expect(failedUncounted({...failed, type: 'result', edits: [], usage: {input: 5}})).to.equal(false)
  })
})
