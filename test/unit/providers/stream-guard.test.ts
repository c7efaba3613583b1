import {expect} from 'chai'
import fc from 'fast-check'
import type {ChatEvent, JsonObject} from 'vibe-plugin-api'
import {grammarViolations} from 'vibe-plugin-testkit'
import {parseToolInput} from '../../../src/providers/tool-input.ts'
import {collect, END, opened, START, textAnswer, textOf, yielding} from './stream-support.ts'

type ToolEnd = Extract<ChatEvent, {type: 'tool-call-end'}>

async function toolCalls(...events: unknown[]) {
  const outcome = await collect(opened(() => yielding(...events)))
  return {...outcome, ends: outcome.events.filter((event): event is ToolEnd => event.type === 'tool-call-end')}
}

const begin = (index: number, callId: string) => ({type: 'tool-call-start', index, callId, name: 'write'})
const delta = (index: number, inputText: string) => ({type: 'tool-call-delta', index, inputText})
const finish = (index: number, callId: string, inputText: string) => ({
  type: 'tool-call-end',
  index,
  callId,
  name: 'write',
  inputText,
})
/** What a plugin says that believes to know better than the text. */
const claiming = (end: object, input: JsonObject) => ({...end, input})
const cutEnd = {...END, stopReason: 'max-output'}

describe('the guard of a stream', () => {
  it('drops what it does not know', async () => {
    const [start, ...rest] = textAnswer('hi')
    const {events, error} = await collect(
      opened(() => yielding(start, {type: 'telemetry'}, null, 7, {}, 'x', {type: '__proto__'}, ...rest)),
    )
    expect(error).to.equal(undefined)
    expect(events).to.deep.equal(textAnswer('hi'))
  })

  it('puts a missing start in front and closes what the answer left open', async () => {
    const {events} = await collect(
      opened(() =>
        yielding(
          {type: 'text-start', index: 0},
          {type: 'text-delta', index: 0, text: 'a'},
          begin(1, 'c'),
          delta(1, '{"a'),
          END,
        ),
      ),
    )
    expect(grammarViolations(events as ChatEvent[])).to.deep.equal([])
    expect(events.at(-2)).to.deep.equal({type: 'tool-call-end', index: 1, callId: 'c', name: 'write', inputText: '{"a'})
  })

  const broken: Record<string, unknown[]> = {
    'a second response-start': [START, START, END],
    'an index used twice': [
      START,
      {type: 'text-start', index: 0},
      {type: 'text-end', index: 0},
      {type: 'text-start', index: 0},
      END,
    ],
    'a delta of a block that is not open': [START, {type: 'text-delta', index: 3, text: 'x'}, END],
    'a delta of another kind': [
      START,
      {type: 'text-start', index: 0},
      {type: 'reasoning-delta', index: 0, text: 'x'},
      END,
    ],
    'a delta without text': [START, {type: 'text-start', index: 0}, {type: 'text-delta', index: 0}, END],
    'a block without an index': [START, {type: 'text-start'}, END],
  }
  for (const [name, events] of Object.entries(broken)) {
    it(`refuses ${name} and names the plugin`, async () => {
      const {error} = await collect(opened(() => yielding(...events)))
      expect(error).to.include({code: 'bad-response', retryable: false})
      expect((error as Error).message).to.contain('vibe-provider-test broke the grammar')
    })
  }

  it('stops an answer that is bigger than its limit, and keeps what came before', async () => {
    const chunk = {type: 'text-delta', index: 0, text: 'é'.repeat(500)}
    const outcome = await collect(
      opened(() => yielding(START, {type: 'text-start', index: 0}, chunk, chunk, chunk, END)),
      {limits: {maxTextBytes: 2500}},
    )
    expect(outcome.error).to.include({code: 'bad-response'})
    expect(textOf(outcome)).to.have.length(1000)
  })

  it('ends a flood of empty events', async function () {
    this.timeout(10_000)
    const flood = async function* () {
      yield START
      for (;;) yield {type: 'usage-update', usage: {}}
    }
    const {error} = await collect(opened(flood), {limits: {totalMs: 300}})
    expect(error).to.include({code: 'timeout'})
  })

  it('parses tool input itself and believes no plugin', async () => {
    const {ends} = await toolCalls(
      START,
      begin(0, 'a'),
      claiming(finish(0, 'a', '{"n":1}'), {n: 2}),
      begin(1, 'b'),
      claiming(finish(1, 'b', '[1]'), {n: 2}),
      begin(2, 'c'),
      claiming(finish(2, 'c', ''), {path: 'x'}),
      END,
    )
    expect(ends.map(({input}) => input)).to.deep.equal([{n: 1}, undefined, undefined])
  })

  it('gives a cut tool call no input, even when the plugin mended its JSON', async () => {
    const mended = claiming(finish(0, 'a', '{"path":"x"}'), {path: 'x'})
    const {ends, warnings} = await toolCalls(START, begin(0, 'a'), delta(0, '{"path":'), delta(0, '"x'), mended, cutEnd)
    expect(ends).to.deep.equal([{type: 'tool-call-end', index: 0, callId: 'a', name: 'write', inputText: '{"path":"x'}])
    expect(warnings).to.have.length(1)
  })

  it('takes no arguments at all for an empty object, but only when the answer was not cut', async () => {
    const blank = [START, begin(0, 'a'), claiming(finish(0, 'a', ''), {}), begin(1, 'b'), finish(1, 'b', '{"n":1}')]
    const whole = await toolCalls(...blank, {...END, stopReason: 'tool-calls'})
    expect(whole.ends.map(({callId, input}) => [callId, input])).to.deep.equal([
      ['b', {n: 1}],
      ['a', {}],
    ])
    expect(grammarViolations(whole.events as ChatEvent[])).to.deep.equal([])
    const cut = await toolCalls(...blank, cutEnd)
    expect(cut.ends.map(({callId, input}) => [callId, input])).to.deep.equal([
      ['b', {n: 1}],
      ['a', undefined],
    ])
    const unclaimed = await toolCalls(START, begin(0, 'a'), finish(0, 'a', ''), {...END, stopReason: 'tool-calls'})
    expect(unclaimed.ends.map(({input}) => input)).to.deep.equal([undefined])
  })

  it('never gives input to any proper prefix of a tool call', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.double({min: 0, max: 1, maxExcluded: true, noNaN: true}),
        (input, share) => {
          const text = JSON.stringify(input)
          expect(parseToolInput(text.slice(0, Math.floor(text.length * share)))).to.equal(undefined)
        },
      ),
    )
  })

  it('takes every whole object as it is, but none that names __proto__', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value)
        const isPlain =
          typeof value === 'object' && value !== null && !Array.isArray(value) && !text.includes('"__proto__":')
        expect(parseToolInput(text)).to.deep.equal(isPlain ? JSON.parse(text) : undefined)
      }),
    )
    for (const text of [
      '{"__proto__":{"x":1}}',
      '{"a":[{"\\u005f_proto__":1}]}',
      'null',
      '"x"',
      '1',
      '',
      '{} {}',
      '{"a":1,}',
      "{'a':1}",
      'NaN',
    ]) {
      expect(parseToolInput(text), text).to.equal(undefined)
    }
    expect(parseToolInput('{"text":"__proto__"}')).to.deep.equal({text: '__proto__'})
    expect(parseToolInput(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`)).to.be.an('object')
  })

  it('renames call ids that come twice or not at all, the same way each time, and says so', async () => {
    const {ends, warnings, events} = await toolCalls(
      START,
      ...['x', 'x', 'x_2', '', 'x'].flatMap((id, index) => [begin(index, id), finish(index, id, '{}')]),
      {...END, stopReason: 'tool-calls'},
    )
    expect(ends.map(({callId}) => callId)).to.deep.equal(['x', 'x_2', 'x_2_2', 'call_3', 'x_3'])
    expect(events.flatMap((event) => (event.type === 'tool-call-start' ? event.callId : []))).to.deep.equal(
      ends.map(({callId}) => callId),
    )
    expect(warnings).to.have.length(4)
    expect(warnings[0]).to.deep.include({code: 'other'})
  })
})
