import {expect} from 'chai'
import fc from 'fast-check'
import {grammarViolations, jsonReply, openaiChatReply, openaiResponsesReply, type Step} from 'vibe-plugin-testkit'
import {createProvider} from '../src/index.ts'
import {protocolOf} from '../src/protocol.ts'
import {isReasoningModel} from '../src/reasoning-models.ts'
import {answerOf, contextFor, errorOf, textOf, withServer} from './helpers.ts'

const options = () => ({signal: new AbortController().signal})

describe('openai models, connection and embeddings', () => {
  it('lists what chats or embeds', () =>
    withServer(
      () =>
        jsonReply({
          object: 'list',
          data: ['gpt-5.1', 'whisper-1', 'gpt-realtime', 'text-embedding-3-small'].map((id) => ({id})),
        }),
      async ({url}) => {
        expect(await createProvider(contextFor(url)).listModels?.(options())).to.deep.equal([
          {id: 'gpt-5.1', kind: 'chat'},
          {id: 'text-embedding-3-small', kind: 'embedding'},
        ])
      },
    ))

  it('proves a connection or says what is wrong', async () => {
    await withServer(
      () => jsonReply({data: [{id: 'gpt-5.1'}]}),
      async ({url}) => {
        expect(await createProvider(contextFor(url)).validateConnection(options())).to.deep.include({
          ok: true,
          modelsSeen: 1,
        })
      },
    )
    await withServer(
      () => jsonReply({error: {message: 'no'}}, 401),
      async ({url}) => {
        const report = await createProvider(contextFor(url)).validateConnection(options())
        expect(report).to.have.nested.property('error.code', 'auth-invalid')
      },
    )
    await withServer(
      () => jsonReply({hello: 1}),
      async ({url}) => {
        const report = await createProvider(contextFor(url)).validateConnection(options())
        expect(report).to.have.nested.property('error.code', 'bad-response')
      },
    )
  })

  it('embeds in the order of the texts', () =>
    withServer(
      () =>
        jsonReply({
          data: [
            {index: 1, embedding: [2]},
            {index: 0, embedding: [1]},
          ],
          usage: {prompt_tokens: 4},
        }),
      async ({url}) => {
        const result = await createProvider(contextFor(url)).embed?.(
          {model: 'e', texts: ['a', 'b'], dimensions: 1},
          options(),
        )
        expect(result)
          .to.deep.include({vectors: [[1], [2]]})
          .and.have.nested.property('usage.input', 4)
      },
    ))

  it('refuses a number of vectors that does not fit', () =>
    withServer(
      () => jsonReply({data: []}),
      async ({url}) => {
        const work = Promise.resolve(createProvider(contextFor(url)).embed?.({model: 'e', texts: ['a']}, options()))
        expect(await errorOf(work)).to.include({code: 'bad-response'})
      },
    ))

  it('chooses the protocol by setting, manifest and endpoint', () => {
    const own = 'https://api.openai.com/v1'
    const other = 'https://gateway.example/v1'
    expect(protocolOf({settings: {}, endpoint: own})).to.equal('responses')
    expect(protocolOf({settings: {api: 'auto'}, endpoint: other})).to.equal('chat')
    expect(protocolOf({settings: {api: 'responses'}, endpoint: other})).to.equal('responses')
    expect(protocolOf({settings: {api: 'chat'}, endpoint: own})).to.equal('chat')
    expect(protocolOf({settings: {}, endpoint: other, protocol: 'openai-responses'})).to.equal('responses')
    expect(protocolOf({settings: {}, endpoint: 'https://api.openai.com.evil.example/v1'})).to.equal('chat')
  })

  it('knows by name which models reason', () => {
    expect(
      ['o3', 'o4-mini', 'gpt-5.1', 'gpt-5-mini', 'gpt-10', 'codex-mini-latest', 'ft:o4-mini:x'].every(isReasoningModel),
    ).to.equal(true)
    expect(['gpt-4.1', 'gpt-4o', 'gpt-5-chat-latest', 'gpt-3.5-turbo', 'llama', 'oo'].some(isReasoningModel)).to.equal(
      false,
    )
  })
})

describe('openai stream', () => {
  for (const [api, speak] of [
    ['chat', openaiChatReply],
    ['responses', openaiResponsesReply],
  ] as const) {
    it(`reads ${api} the same wherever the bytes are split, with CRLF and a BOM`, async function () {
      this.timeout(20_000)
      const script = {text: 'Grüße 世界 👋🏽', toolCalls: [{id: 'c', name: 't', input: {a: 'é'}}]}
      const text = speak(script)
        .steps.map((step) => ('write' in step ? String(step.write) : ''))
        .join('')
      const bytes = Buffer.from(`\uFEFF: hello\r\n\r\n${text.replaceAll('\n', '\r\n')}`)
      let cuts: number[] = []
      const reply = () => {
        const places = [0, ...cuts, bytes.length]
        const steps = places.slice(1).map((end, number): Step => ({write: bytes.subarray(places[number], end)}))
        return {headers: {'content-type': 'text/event-stream'}, steps: steps.flatMap((step) => [step, {waitMs: 0}])}
      }
      await withServer(reply, async ({url}) => {
        await fc.assert(
          fc.asyncProperty(fc.array(fc.integer({min: 1, max: bytes.length}), {maxLength: 12}), async (places) => {
            cuts = places.sort((a, b) => a - b)
            const events = await answerOf(url, {settings: {api}})
            expect(textOf(events)).to.equal(script.text)
            expect(grammarViolations(events)).to.deep.equal([])
          }),
          {numRuns: 40},
        )
      })
    })
  }
})
