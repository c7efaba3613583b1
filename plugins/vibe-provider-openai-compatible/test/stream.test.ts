import {expect} from 'chai'
import fc from 'fast-check'
import type {ChatEvent} from 'vibe-plugin-api'
import {grammarViolations, openaiChatReply, sseEvent, sseReply, type Reply, type Step} from 'vibe-plugin-testkit'
import {createProvider} from '../src/index.ts'
import {payloads, type Payload} from '../src/payloads.ts'
import {answerOf, contextFor, endOf, errorOf, only, QUESTION, textOf, withServer} from './helpers.ts'

const delta = (value: object, finish: string | null = null) =>
  sseEvent({choices: [{index: 0, delta: value, finish_reason: finish}]})
const tool = (value: object) => delta({tool_calls: [value]})
const calls = (events: readonly ChatEvent[]) =>
  only(events, 'tool-call-end').map(({callId, name, input}) => ({callId, name, input}))
const bytesOf = (reply: Reply) =>
  Buffer.concat(reply.steps.map((step) => ('write' in step ? Buffer.from(step.write) : Buffer.alloc(0))))

async function payloadsOf(chunks: readonly Uint8Array[]): Promise<Payload[]> {
  const found: Payload[] = []
  async function* body() {
    yield* chunks
  }
  for await (const payload of payloads(body())) found.push(payload)
  return found
}

describe('openai-compatible stream', () => {
  const reply = openaiChatReply({
    text: 'Grüße 世界 👋🏽',
    toolCalls: [{id: 'c', name: 't', input: {a: 'é'}}],
    usage: {input: 1, output: 2},
  })

  it('reads the same wherever the bytes are split', async () => {
    const bytes = bytesOf(reply)
    const whole = await payloadsOf([bytes])
    for (let at = 1; at < bytes.length; at++) {
      expect(await payloadsOf([bytes.subarray(0, at), bytes.subarray(at)])).to.deep.equal(whole)
    }
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({min: 0, max: bytes.length}), {maxLength: 20}), async (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), bytes.length]
        const parts = places.slice(1).map((end, number) => bytes.subarray(places[number], end))
        expect(await payloadsOf(parts)).to.deep.equal(whole)
      }),
      {numRuns: 100},
    )
  })

  it('reads single bytes over a socket, with CRLF, comments and a BOM', () => {
    const text = `\uFEFF: hello\r\n\r\n${bytesOf(reply).toString().replaceAll('\n', '\r\n')}`
    const steps = [...Buffer.from(text)].map((byte): Step => ({write: Uint8Array.of(byte)}))
    return withServer(
      () => ({headers: {'content-type': 'text/event-stream'}, steps}),
      async ({url}) => {
        const events = await answerOf(url)
        expect(textOf(events)).to.equal('Grüße 世界 👋🏽')
        expect(calls(events)).to.deep.equal([{callId: 'c', name: 't', input: {a: 'é'}}])
      },
    )
  })

  it('reports every arrival of bytes, comments too', () => {
    const steps: Step[] = [
      ...[1, 2, 3].flatMap((): Step[] => [{write: ': ping\n\n'}, {waitMs: 15}]),
      {write: delta({content: 'x'}, 'stop')},
    ]
    return withServer(
      () => ({headers: {'content-type': 'text/event-stream'}, steps}),
      async ({url}) => {
        let arrivals = 0
        const options = {signal: new AbortController().signal, onActivity: () => void arrivals++}
        for await (const event of createProvider(contextFor(url)).chat(QUESTION, options))
          expect(event.type).to.be.a('string')
        expect(arrivals).to.be.at.least(4)
      },
    )
  })

  it('accepts a missing [DONE] after finish_reason, even from a broken connection', async () => {
    await withServer(
      () => sseReply([delta({content: 'x'}), delta({}, 'stop')]),
      async ({url}) => {
        expect(endOf(await answerOf(url)).stopReason).to.equal('end-turn')
      },
    )
    const steps: Step[] = [{write: delta({content: 'x'}, 'length')}, {waitMs: 10}, {destroy: true}]
    await withServer(
      () => ({headers: {'content-type': 'text/event-stream'}, steps}),
      async ({url}) => {
        expect(endOf(await answerOf(url)).stopReason).to.equal('max-output')
      },
    )
  })

  it('does not wait long for a server that finished but never closes', function () {
    this.timeout(6000)
    const steps: Step[] = [{write: delta({content: 'x'}, 'stop')}, {stall: true}]
    return withServer(
      () => ({headers: {'content-type': 'text/event-stream'}, steps}),
      async ({url}) => {
        expect(endOf(await answerOf(url)).stopReason).to.equal('end-turn')
      },
    )
  })

  it('accepts [DONE] without finish_reason and without a last line end', () =>
    withServer(
      () => sseReply([delta({content: 'x'}), 'data: [DONE]']),
      async ({url}) => {
        expect(endOf(await answerOf(url)).stopReason).to.equal('end-turn')
      },
    ))

  it('gives cut tool JSON no input', () =>
    withServer(
      () => sseReply([tool({index: 0, id: 'c', function: {name: 'w', arguments: '{"path": "a'}}), delta({}, 'length')]),
      async ({url}) => {
        const events = await answerOf(url)
        const [end] = only(events, 'tool-call-end')
        expect(end).to.include({inputText: '{"path": "a'}).and.not.have.property('input')
        expect(endOf(events).stopReason).to.equal('max-output')
      },
    ))

  it('gives empty arguments the input {} unless they were cut', async () => {
    for (const [finish, input] of [
      ['tool_calls', {}],
      ['length', undefined],
    ] as const) {
      await withServer(
        () => sseReply([tool({index: 0, id: 'c', function: {name: 'w', arguments: ''}}), delta({}, finish)]),
        async ({url}) => {
          expect(calls(await answerOf(url))).to.deep.equal([{callId: 'c', name: 'w', input}])
        },
      )
    }
  })

  it('tells calls apart without indexes, with one index, and with one id', async () => {
    const a = {id: 'one', function: {name: 'a', arguments: '{"x":1}'}}
    const b = {id: 'two', function: {name: 'b', arguments: '{"y":2}'}}
    const expected = [
      {callId: 'one', name: 'a', input: {x: 1}},
      {callId: 'two', name: 'b', input: {y: 2}},
    ]
    const forms: string[][] = [
      [tool(a), tool(b)],
      [delta({tool_calls: [a, b]})],
      [tool({...a, index: 0}), tool({...b, index: 0})],
      [tool({id: 'one', function: {name: 'a', arguments: ''}}), tool({function: {arguments: '{"x":1}'}}), tool(b)],
      [
        tool({index: 0, id: 'one', function: {name: 'a'}}),
        tool({index: 1, ...b}),
        tool({index: 0, function: {arguments: '{"x":1}'}}),
      ],
    ]
    for (const frames of forms) {
      await withServer(
        () => sseReply([...frames, delta({}, 'stop')]),
        async ({url}) => {
          const events = await answerOf(url)
          expect(calls(events)).to.deep.equal(expected)
          expect(endOf(events).stopReason).to.equal('tool-calls')
        },
      )
    }
  })

  it('renames a duplicate id, makes a missing one, and takes arguments as an object', () => {
    const frames = [0, 1, 2].map((index) =>
      tool({index, ...(index < 2 ? {id: 'same'} : {}), function: {name: 't', arguments: {n: index}}}),
    )
    return withServer(
      () => sseReply([...frames, delta({}, 'tool_calls')]),
      async ({url}) => {
        const found = calls(await answerOf(url))
        expect(found.map(({input}) => input)).to.deep.equal([{n: 0}, {n: 1}, {n: 2}])
        expect(found.slice(0, 2).map(({callId}) => callId)).to.deep.equal(['same', 'same-2'])
        expect(found[2]?.callId).to.match(/^call_[0-9a-f]{24}$/)
      },
    )
  })

  it('waits for the name, keeps extra content, and reads a legacy function_call', async () => {
    const extra = {google: {thought_signature: 'sealed'}}
    await withServer(
      () =>
        sseReply([
          tool({index: 0, id: 'c', function: {arguments: '{"a"'}}),
          tool({index: 0, extra_content: extra, function: {name: 't', arguments: ':1}'}}),
          delta({}, 'tool_calls'),
        ]),
      async ({url}) => {
        const [end] = only(await answerOf(url), 'tool-call-end')
        expect(end).to.deep.include({
          name: 't',
          input: {a: 1},
          providerMetadata: {'openai-compatible': {extra: {extra_content: extra}}},
        })
      },
    )
    await withServer(
      () =>
        sseReply([
          delta({function_call: {name: 'f', arguments: '{"q"'}}),
          delta({function_call: {arguments: ':1}'}}),
          delta({}, 'function_call'),
        ]),
      async ({url}) => {
        const [call] = calls(await answerOf(url))
        expect(call).to.deep.include({name: 'f', input: {q: 1}})
      },
    )
  })

  it('keeps the grammar for any order of deltas', () => {
    const piece = fc.oneof(
      fc.record({content: fc.string()}),
      fc.record({reasoning_content: fc.string()}),
      fc.record({
        tool_calls: fc.array(
          fc.record({
            index: fc.nat(3),
            id: fc.option(fc.constantFrom('a', 'b')),
            function: fc.record({name: fc.option(fc.constantFrom('x', 'y')), arguments: fc.string()}),
          }),
          {maxLength: 3},
        ),
      }),
    )
    return withServer(
      ({json}) =>
        sseReply([
          ...(JSON.parse((json as {model: string}).model) as object[]).map((one) => delta(one)),
          delta({}, 'stop'),
        ]),
      async ({url}) => {
        await fc.assert(
          fc.asyncProperty(fc.array(piece, {maxLength: 12}), async (pieces) => {
            expect(grammarViolations(await answerOf(url, {request: {model: JSON.stringify(pieces)}}))).to.deep.equal([])
          }),
          {numRuns: 60},
        )
      },
    )
  })
})

describe('openai-compatible abort', () => {
  const places: Array<[string, Step[] | undefined]> = [
    ['before the headers', undefined],
    ['before the first byte', [{stall: true}]],
    ['in a stall of the stream', [{write: delta({content: 'x'})}, {stall: true}]],
    ['in a stall after the finish', [{write: delta({content: 'x'}, 'stop')}, {stall: true}]],
  ]
  for (const [name, steps] of places) {
    it(`ends within 100 ms ${name}`, () => {
      const never = new Promise<Reply>(() => {})
      return withServer(
        () => (steps ? {headers: {'content-type': 'text/event-stream'}, steps} : never),
        async ({url, requests}) => {
          const controller = new AbortController()
          const work = errorOf(answerOf(url, {signal: controller.signal}))
          await new Promise((resolve) => setTimeout(resolve, 60))
          const start = performance.now()
          controller.abort()
          expect(await work).to.include({code: 'aborted', retryable: false})
          expect(performance.now() - start).to.be.below(100)
          await requests[0]?.closed
        },
      )
    })
  }

  it('ends while the credential is being fetched, and before anything is sent', async () => {
    const controller = new AbortController()
    const work = errorOf(
      answerOf('http://127.0.0.1:9', {signal: controller.signal, credential: () => new Promise(() => {})}),
    )
    setTimeout(() => controller.abort(), 20)
    expect(await work).to.include({code: 'aborted'})
    expect(await errorOf(answerOf('http://127.0.0.1:9', {signal: AbortSignal.abort()}))).to.include({code: 'aborted'})
  })

  it('closes the connection when the loop is left', () =>
    withServer(
      () => ({headers: {'content-type': 'text/event-stream'}, steps: [{write: delta({content: 'x'})}, {stall: true}]}),
      async ({url, requests}) => {
        for await (const event of createProvider(contextFor(url)).chat(QUESTION, {
          signal: new AbortController().signal,
        })) {
          if (event.type === 'text-delta') break
        }
        expect(requests).to.have.length(1)
        await requests[0]?.closed
      },
    ))
})
