import {expect} from 'chai'
import fc from 'fast-check'
import type {ChatEvent} from 'vibe-plugin-api'
import {grammarViolations, ollamaReply, type Reply, type Step} from 'vibe-plugin-testkit'
import {createProvider} from '../src/index.ts'
import {LINE_LIMIT, lines, type Line} from '../src/lines.ts'
import {answerOf, contextFor, DONE, endOf, errorOf, ndjson, only, QUESTION, say, textOf, withServer} from './helpers.ts'

const bytesOf = (reply: Reply) =>
  Buffer.concat(reply.steps.map((step) => ('write' in step ? Buffer.from(step.write) : Buffer.alloc(0))))

async function linesOf(chunks: readonly Uint8Array[]): Promise<Line[]> {
  async function* body() {
    yield* chunks
  }
  const found: Line[] = []
  for await (const line of lines(body())) found.push(line)
  return found
}

describe('ollama stream', () => {
  const reply = ollamaReply({
    text: 'Grüße 世界 👋🏽',
    toolCalls: [{id: '', name: 't', input: {a: 'é'}}],
    usage: {input: 1, output: 2},
  })

  it('reads the same wherever the bytes are split', async () => {
    const bytes = bytesOf(reply)
    const whole = await linesOf([bytes])
    expect(whole.length).to.equal(5)
    for (let at = 1; at < bytes.length; at++)
      expect(await linesOf([bytes.subarray(0, at), bytes.subarray(at)])).to.deep.equal(whole)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({min: 0, max: bytes.length}), {maxLength: 20}), async (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), bytes.length]
        const parts = places.slice(1).map((end, number) => bytes.subarray(places[number], end))
        expect(await linesOf(parts)).to.deep.equal(whole)
      }),
      {numRuns: 100},
    )
  })

  it('reads single bytes over a socket, with CRLF, empty lines, and without a last line end', () => {
    const text = bytesOf(reply).toString().trimEnd().replaceAll('\n', '\r\n\r\n')
    const steps = [...Buffer.from(text)].map((byte): Step => ({write: Uint8Array.of(byte)}))
    return withServer(
      () => ({steps}),
      async ({url}) => {
        const events = await answerOf(url)
        expect(textOf(events)).to.equal('Grüße 世界 👋🏽')
        expect(only(events, 'tool-call-end')[0]?.input).to.deep.equal({a: 'é'})
      },
    )
  })

  it('reports every arrival of bytes', () => {
    const steps: Step[] = [1, 2, 3].flatMap((): Step[] => [{write: '\n'}, {waitMs: 15}])
    return withServer(
      () => ({steps: [...steps, {write: JSON.stringify(DONE)}]}),
      async ({url}) => {
        let arrivals = 0
        const options = {signal: new AbortController().signal, onActivity: () => void arrivals++}
        for await (const event of createProvider(contextFor(url)).chat(QUESTION, options))
          expect(event.type).to.be.a('string')
        expect(arrivals).to.be.at.least(4)
      },
    )
  })

  it('ends with the last line, whatever the server does afterwards', async () => {
    for (const after of [{stall: true}, {write: 'nonsense\n'}, {destroy: true}] as Step[]) {
      await withServer(
        () => ({steps: [...ndjson([say('x'), DONE]).steps, {waitMs: 20}, after]}),
        async ({url, requests}) => {
          expect(endOf(await answerOf(url)).stopReason).to.equal('end-turn')
          await requests[0]?.closed
        },
      )
    }
  })

  it('caps a line without an end, and one with', async () => {
    const piece = 'x'.repeat(1024 * 1024)
    const steps = Array.from({length: 9}, (): Step => ({write: piece}))
    for (const last of [{stall: true}, {write: '\n'}] as Step[]) {
      await withServer(
        () => ({steps: [{write: '{"message":{"content":"'}, ...steps, last]}),
        async ({url, requests}) => {
          const error = await errorOf(answerOf(url))
          expect(error).to.include({code: 'bad-response', retryable: false})
          expect(error.message).to.contain('8 MiB')
          await requests[0]?.closed
        },
      )
    }
    expect(LINE_LIMIT).to.equal(8 * 1024 * 1024)
  })

  it('keeps the grammar for any order of lines', () => {
    const message = fc.record(
      {
        content: fc.oneof(fc.string(), fc.constant(null), fc.nat()),
        thinking: fc.string(),
        tool_calls: fc.array(
          fc.oneof(
            fc.record({
              id: fc.constantFrom('a', 'b'),
              function: fc.record({name: fc.string(), arguments: fc.jsonValue()}),
            }),
            fc.jsonValue(),
          ),
          {maxLength: 3},
        ),
      },
      {requiredKeys: []},
    )
    return withServer(
      ({json}) => ndjson([...(JSON.parse((json as {model: string}).model) as object[]), DONE]),
      async ({url}) => {
        await fc.assert(
          fc.asyncProperty(fc.array(fc.record({message}), {maxLength: 8}), async (pieces) => {
            const events: ChatEvent[] = await answerOf(url, {request: {model: JSON.stringify(pieces)}})
            expect(grammarViolations(events)).to.deep.equal([])
            const ids = only(events, 'tool-call-end').map(({callId}) => callId)
            expect(new Set(ids).size).to.equal(ids.length)
          }),
          {numRuns: 60},
        )
      },
    )
  })
})

describe('ollama abort', () => {
  const places: Array<[string, Step[] | undefined]> = [
    ['before the headers', undefined],
    ['before the first byte', [{stall: true}]],
    ['in a stall of the stream', [...ndjson([say('x')]).steps, {stall: true}]],
    ['in the middle of a line', [{write: '{"message":'}, {stall: true}]],
  ]
  for (const [name, steps] of places) {
    it(`ends within 100 ms ${name}`, () =>
      withServer(
        () => (steps ? {steps} : new Promise<Reply>(() => {})),
        async ({url, requests}) => {
          const controller = new AbortController()
          const work = errorOf(answerOf(url, {signal: controller.signal}))
          await new Promise((resolve) => setTimeout(resolve, 150))
          const start = performance.now()
          controller.abort()
          expect(await work).to.include({code: 'aborted', retryable: false})
          expect(performance.now() - start).to.be.below(100)
          await requests[0]?.closed
        },
      ))
  }

  it('ends while the model is being looked up', () =>
    withServer(
      () => ({steps: [{stall: true}]}),
      async ({url}) => {
        const controller = new AbortController()
        const work = errorOf(answerOf(url, {signal: controller.signal, request: {reasoning: 'high'}}))
        setTimeout(() => controller.abort(), 100)
        expect(await work).to.include({code: 'aborted'})
      },
    ))

  it('ends while the credential is being fetched, and before anything is sent', async () => {
    const controller = new AbortController()
    const credential = () => new Promise<never>(() => {})
    const work = errorOf(answerOf('http://127.0.0.1:9', {signal: controller.signal, credential}))
    setTimeout(() => controller.abort(), 20)
    expect(await work).to.include({code: 'aborted'})
    expect(await errorOf(answerOf('http://127.0.0.1:9', {signal: AbortSignal.abort()}))).to.include({code: 'aborted'})
  })

  it('closes the connection when the loop is left', () =>
    withServer(
      () => ({steps: [...ndjson([say('x')]).steps, {stall: true}]}),
      async ({url, requests}) => {
        const options = {signal: new AbortController().signal}
        for await (const event of createProvider(contextFor(url)).chat(QUESTION, options))
          if (event.type === 'text-delta') break
        expect(requests).to.have.length(1)
        await requests[0]?.closed
      },
    ))
})
