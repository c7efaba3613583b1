import {expect} from 'chai'
import type {AgentEvent} from '../../../src/agent/events.ts'
import {createPlainFace, failedUncounted, type PlainOptions} from '../../../src/ui/plain.ts'

/** What is said beside the answer, in a pipe or on a terminal of some columns. */
function talkOf(events: AgentEvent[], columns?: number, more: Partial<PlainOptions> = {}): string {
  let said = ''
  const talk = {write: (text: string) => (said += text), ...(columns === undefined ? {} : {isTTY: true, columns})}
  const face = createPlainFace({out: {write: () => undefined}, talk, env: {NO_COLOR: '1'}, ...more})
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

  const edited: AgentEvent = {
    type: 'edit',
    path: 'a.ts',
    op: 'change',
    added: 1,
    removed: 1,
    applied: true,
    diff: '--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-x\n+y\n',
  }
  const editing: AgentEvent = {type: 'tool', id: 'e', name: 'edit', input: {}, summary: 'edit a.ts (+1 -1)'}
  const done = {...result, id: 'e', name: 'edit', summary: 'edit a.ts (+1 -1)'}
  const allowed = (by: 'person' | 'rule'): AgentEvent => ({
    type: 'approval',
    id: 'e',
    access: [],
    reason: '',
    decision: 'allowed',
    by,
  })

  it('shows the diff of a change, unless a person has just looked at it, and says what was done once', () => {
    const events = [editing, edited, done]
    expect(talkOf(events, 80)).to.equal('› edit a.ts (+1 -1)\n✓ a.ts  +1 -1\n 1   -x\n   1 +y\n')
    expect(talkOf(events)).to.equal('› edit a.ts (+1 -1)\n✓ a.ts  +1 -1\n--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-x\n+y\n')
    const asked: AgentEvent[] = [editing, allowed('person'), edited, done]
    expect(talkOf(asked, 80)).to.equal('› edit a.ts (+1 -1)\n✓ a.ts  +1 -1\n')
    expect(talkOf([...asked, ...events], 80)).to.contain('   1 +y')
    expect(talkOf([editing, allowed('rule'), edited, done], 80)).to.contain('   1 +y')
    expect(talkOf(events, 80, {diffs: false})).to.equal('› edit a.ts (+1 -1)\n✓ a.ts  +1 -1\n')
    expect(talkOf(events, 80, {quiet: true})).to.equal('')
    expect(talkOf([editing, edited, done, called, {...result, summary: 'lines 1-9'}])).to.contain('✓ lines 1-9')
  })

  it('cuts what is done already where it is long, and says where the rest is', () => {
    const lines = Array.from({length: 100}, (_, index) => `+line ${index}\n`).join('')
    const long = {...edited, added: 100, removed: 0, diff: `--- /dev/null\n+++ b/a.ts\n@@ -0,0 +1,100 @@\n${lines}`}
    const shown = talkOf([long], 80).trimEnd().split('\n')
    expect(shown).to.have.lengthOf(61)
    expect(shown.at(-1)).to.equal('… 41 more lines; all of it: vibe undo --preview')
    expect(talkOf([long])).to.contain('+line 99')
  })

  it('sums nothing up where a failure came before anything was counted', () => {
    const failed = {status: 'error', exit: 4, text: '', session: '', turns: 1, ms: 1, usage: {}, edits: []} as const
    expect(failedUncounted({...failed, type: 'result', edits: []})).to.equal(true)
    expect(failedUncounted({...failed, type: 'result', edits: [], usage: {input: 5}})).to.equal(false)
  })
})
