import {expect} from 'chai'
import fc from 'fast-check'
import {jsonReply, ollamaReply, type Answer, type Reply} from 'vibe-plugin-testkit'
import {estimate, fitWindow, wasCut} from '../src/context-window.ts'
import {createProvider} from '../src/index.ts'
import {
  answerOf,
  collect,
  contextFor,
  errorOf,
  only,
  optionsSent,
  QUESTION,
  shown,
  userText,
  withServer,
} from './helpers.ts'

const ask = (characters: number) => ({...QUESTION, messages: userText('word '.repeat(characters / 5))})
const model =
  (contextLength: number | undefined, chat: Reply | Answer = ollamaReply({text: 'ok'})): Answer =>
  (request, index) => {
    if (request.path === '/api/show') return shown(contextLength === undefined ? {} : {contextLength})
    return typeof chat === 'function' ? chat(request, index) : chat
  }
const windows = (server: Parameters<typeof optionsSent>[0]) => optionsSent(server).map((options) => options['num_ctx'])

describe('the window of a request', () => {
  it('is a power of two from 4096 that holds prompt and answer, or what the model has', () => {
    fc.assert(
      fc.property(
        fc.record({
          prompt: fc.nat(2_000_000),
          answer: fc.option(fc.nat(100_000), {nil: undefined}),
          limit: fc.option(fc.integer({min: 512, max: 1_000_000}), {nil: undefined}),
          loaded: fc.option(
            fc.nat(20).map((power) => 2 ** power),
            {nil: undefined},
          ),
        }),
        (facts) => {
          const window = fitWindow(facts)
          if (facts.limit !== undefined && window === facts.limit) return
          expect(Math.log2(window) % 1).to.equal(0)
          expect(window).to.be.at.least(Math.max(4096, facts.prompt, facts.loaded ?? 0))
          expect(window).to.be.at.most(facts.limit ?? Number.POSITIVE_INFINITY)
        },
      ),
    )
  })

  it('counts bytes, not characters, and pictures apart', () => {
    expect(estimate([{role: 'user', content: '世'.repeat(300)}], []).high).to.be.at.least(300)
    const picture = estimate([{role: 'user', content: '', images: ['A'.repeat(1_000_000)]}], [])
    expect(picture.high).to.be.within(1500, 1600)
    expect(picture.middle).to.be.below(20)
  })

  it('grows with the conversation, never shrinks, and stops at what the model has', () =>
    withServer(model(40_960), async (server) => {
      const provider = createProvider(contextFor(server.url))
      for (const characters of [10, 3000, 30_000, 90_000, 10, 200_000]) await collect(provider, ask(characters))
      expect(windows(server)).to.deep.equal([8192, 8192, 16_384, 40_960, 40_960, 40_960])
      expect(server.requests.filter(({path}) => path === '/api/show')).to.have.length(1)
    }))

  it('fits where the server does not tell what the model has', async () => {
    const silent: Answer = ({path}) =>
      path === '/api/show' ? {status: 404, steps: [{write: '404 page not found'}]} : ollamaReply({text: 'ok'})
    for (const answer of [model(undefined), silent]) {
      await withServer(answer, async (server) => {
        await answerOf(server.url, {request: ask(60_000)})
        expect(windows(server)).to.deep.equal([32_768])
      })
    }
  })

  it('is what the setting or the caller says', () =>
    withServer(model(131_072), async (server) => {
      const settings = {contextLength: 6000}
      await answerOf(server.url, {settings, request: ask(20_000)})
      await answerOf(server.url, {settings: {contextLength: 0}})
      await answerOf(server.url, {settings, request: {providerOptions: {ollama: {options: {num_ctx: 777}}}}})
      expect(windows(server)).to.deep.equal([6000, 8192, 777])
      expect(server.requests.every(({path}) => path === '/api/chat')).to.equal(true)
    }))

  it('sends nothing that cannot fit', async () => {
    for (const [limit, settings] of [
      [4096, {}],
      [131_072, {contextLength: 4096}],
    ] as const) {
      await withServer(model(limit), async (server) => {
        const error = await errorOf(answerOf(server.url, {settings, request: ask(60_000)}))
        expect(error).to.include({code: 'context-overflow', retryable: false})
        expect(error.hint).to.contain('contextLength')
        expect(windows(server)).to.deep.equal([])
      })
    }
  })
})

describe('a prompt that does not fit', () => {
  const refusal = (tokens: number, window: number) => {
    const inner = {
      code: 400,
      message: `request (${tokens} tokens) exceeds the available context size (${window} tokens), try increasing it`,
      type: 'exceed_context_size_error',
    }
    return jsonReply({error: JSON.stringify({error: inner})}, 400)
  }

  it('is sent once more with a window for the counted tokens', () =>
    withServer(
      model(131_072, ({json}) =>
        (json as {options: {num_ctx: number}}).options.num_ctx < 20_000
          ? refusal(20_000, 8192)
          : ollamaReply({text: 'ok'}),
      ),
      async (server) => {
        await answerOf(server.url, {request: ask(5000)})
        expect(windows(server)).to.deep.equal([8192, 32_768])
      },
    ))

  it('is an overflow where the model has no larger window, or the setting forbids it', async () => {
    for (const [limit, settings, sent] of [
      [8192, {}, 1],
      [16_384, {}, 1],
      [131_072, {contextLength: 8192}, 1],
    ] as const) {
      await withServer(model(limit, refusal(20_000, 8192)), async (server) => {
        const error = await errorOf(answerOf(server.url, {settings, request: ask(5000)}))
        expect(error).to.include({code: 'context-overflow', retryable: false, status: 400})
        expect(error.message).to.contain('20000 tokens')
        expect(windows(server)).to.have.length(sent)
      })
    }
  })

  it('is asked for again only once', () =>
    withServer(model(1_000_000, refusal(20_000, 8192)), async (server) => {
      expect(await errorOf(answerOf(server.url, {request: ask(5000)}))).to.include({code: 'context-overflow'})
      expect(windows(server)).to.have.length(2)
    }))

  it('is found out when an older server cut it, and said at the end of that answer', () =>
    withServer(model(131_072, ollamaReply({text: 'ok', usage: {input: 2051, output: 1}})), async ({url}) => {
      const provider = createProvider(contextFor(url))
      const warned = async (characters: number) =>
        only(await collect(provider, ask(characters)), 'response-end')[0]?.warnings?.map(({message}) => message)
      const [warning] = (await warned(36_800)) ?? []
      expect(warning).to.match(/^Ollama saw 2051 of about 92\d\d tokens/)
      expect(await warned(100)).to.equal(undefined)
    }))

  it('is not suspected for honest counts', () => {
    const sent = {high: 12_000, middle: 9000, low: 4500}
    expect(wasCut(undefined, sent, 16_384)).to.equal(false)
    expect(wasCut(0, sent, 16_384)).to.equal(false)
    expect(wasCut(6000, sent, 16_384)).to.equal(false)
    expect(wasCut(12_000, sent, 16_384)).to.equal(false)
    expect(wasCut(20, {high: 300, middle: 225, low: 112}, 4096)).to.equal(false)
    expect(wasCut(7000, sent, 8192)).to.equal(false)
    expect(wasCut(6000, sent, 8192)).to.equal(true)
    expect(wasCut(4099, sent, 8192)).to.equal(true)
  })
})
