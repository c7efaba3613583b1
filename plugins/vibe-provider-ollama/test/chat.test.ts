import {expect} from 'chai'
import {ollamaReply, type Answer} from 'vibe-plugin-testkit'
import {createProvider} from '../src/index.ts'
import {
  answerOf,
  bodiesSent,
  collect,
  contextFor,
  DONE,
  endOf,
  ndjson,
  only,
  QUESTION,
  say,
  shown,
  textOf,
  withServer,
} from './helpers.ts'

const SCRIPT = {
  reasoning: 'Let me think – ünïcode 🤔',
  text: 'Grüße, 世界! 👋🏽',
  toolCalls: [
    {id: 'unused', name: 'read', input: {path: 'a.ts'}},
    {id: 'unused', name: 'read', input: {path: 'a.ts'}},
    {id: 'unused', name: 'grep', input: {pattern: 'x{1,2}', deep: {list: [1, 2]}}},
  ],
  usage: {input: 10, output: 5},
  model: 'served',
}

describe('ollama chat', () => {
  it('reads thoughts, text, parallel tool calls and usage', () =>
    withServer(
      () => ollamaReply(SCRIPT),
      async ({url, requests}) => {
        const events = await answerOf(url)
        expect(textOf(events, 'reasoning')).to.equal(SCRIPT.reasoning)
        expect(textOf(events)).to.equal(SCRIPT.text)
        const calls = only(events, 'tool-call-end')
        expect(calls.map(({name, input}) => ({name, input}))).to.deep.equal(
          SCRIPT.toolCalls.map(({name, input}) => ({name, input})),
        )
        expect(new Set(calls.map(({callId}) => callId)).size).to.equal(3)
        expect(endOf(events)).to.deep.include({
          stopReason: 'tool-calls',
          rawStopReason: 'stop',
          usage: {input: 10, output: 5},
        })
        expect(events[0]).to.deep.equal({type: 'response-start', model: 'served', warnings: []})
        expect(requests.map(({method, path}) => `${method} ${path}`)).to.deep.equal(['POST /api/chat'])
      },
    ))

  it('gives calls without an id the same id for the same request, and another one later', () =>
    withServer(
      () => ollamaReply(SCRIPT),
      async ({url}) => {
        const idsOf = async (request: object) =>
          only(await answerOf(url, {request}), 'tool-call-end').map(({callId}) => callId)
        const first = await idsOf({})
        expect(first[0]).to.match(/^call_[0-9a-f]{24}$/)
        expect(await idsOf({})).to.deep.equal(first)
        const later = await idsOf({system: 'other'})
        expect(later.filter((id) => first.includes(id))).to.deep.equal([])
      },
    ))

  it('keeps an id that the server gives, once', () => {
    const call = {id: 'call_x', function: {name: 't', arguments: {}}}
    return withServer(
      () => ndjson([{message: {tool_calls: [call, call]}, done: false}, DONE]),
      async ({url}) => {
        const ids = only(await answerOf(url), 'tool-call-end').map(({callId}) => callId)
        expect(ids[0]).to.equal('call_x')
        expect(ids[1]).to.match(/^call_[0-9a-f]{24}$/)
      },
    )
  })

  it('takes arguments as text, and gives no input where they are no object', async () => {
    const forms: Array<[unknown, object | undefined]> = [
      ['{"a":1}', {a: 1}],
      ['', {}],
      [undefined, {}],
      ['{"a":', undefined],
      [[1], undefined],
      [7, undefined],
    ]
    for (const [given, input] of forms) {
      await withServer(
        () => ndjson([{message: {tool_calls: [{function: {name: 't', arguments: given}}]}}, DONE]),
        async ({url}) => {
          expect(only(await answerOf(url), 'tool-call-end')[0]?.input).to.deep.equal(input)
        },
      )
    }
  })

  it('says why the answer ended', async () => {
    for (const [reason, stopReason] of [
      ['stop', 'end-turn'],
      ['length', 'max-output'],
      ['load', 'other'],
      ['unload', 'other'],
    ]) {
      await withServer(
        () => ndjson([say('x'), {...DONE, done_reason: reason}]),
        async ({url}) => {
          expect(endOf(await answerOf(url))).to.deep.include({stopReason, rawStopReason: reason, usage: {}})
        },
      )
    }
  })

  it('says that a call was cut by the limit', () =>
    withServer(
      () => ollamaReply({...SCRIPT, stop: 'length'}),
      async ({url}) => {
        expect(endOf(await answerOf(url)).stopReason).to.equal('max-output')
      },
    ))

  it('sends the conversation with images, calls and results', () =>
    withServer(
      () => ollamaReply({text: 'ok'}),
      async (server) => {
        const image = {type: 'file', mediaType: 'image/png', data: Uint8Array.of(1, 2, 3)} as const
        const pdf = {type: 'file', mediaType: 'application/pdf', data: Uint8Array.of(1), name: 'a.pdf'} as const
        const events = await answerOf(server.url, {
          request: {
            system: 'Be brief.',
            messages: [
              {role: 'user', content: [{type: 'text', text: 'look'}, image, pdf]},
              {
                role: 'assistant',
                content: [
                  {type: 'reasoning', text: 'hm'},
                  {type: 'tool-call', callId: 'c1', name: 'read', input: {path: 'a'}},
                ],
              },
              {
                role: 'tool',
                content: [
                  {
                    type: 'tool-result',
                    callId: 'c1',
                    name: 'read',
                    content: [{type: 'text', text: 'no'}],
                    isError: true,
                  },
                ],
              },
              {
                role: 'assistant',
                content: [
                  {type: 'reasoning', text: 'old'},
                  {type: 'text', text: 'Done.'},
                ],
              },
              {role: 'assistant', content: [{type: 'reasoning', text: 'only'}]},
            ],
            tools: [{name: 'read', description: 'Reads', inputSchema: {type: 'object'}}],
          },
        })
        const [body] = bodiesSent(server)
        expect(body?.messages).to.deep.equal([
          {role: 'system', content: 'Be brief.'},
          {
            role: 'user',
            content: 'look\n\n(a.pdf of type application/pdf cannot be shown to this model)',
            images: ['AQID'],
          },
          {
            role: 'assistant',
            content: '',
            thinking: 'hm',
            tool_calls: [{id: 'c1', function: {index: 1, name: 'read', arguments: {path: 'a'}}}],
          },
          {role: 'tool', content: 'Error: no', tool_name: 'read', tool_call_id: 'c1'},
          {role: 'assistant', content: 'Done.'},
        ])
        expect(body?.['tools']).to.deep.equal([
          {type: 'function', function: {name: 'read', description: 'Reads', parameters: {type: 'object'}}},
        ])
        expect(only(events, 'response-start')[0]?.warnings[0]).to.include({code: 'unsupported', feature: 'files'})
      },
    ))

  it('sends the options, the schema and what is passed through', () =>
    withServer(
      () => ollamaReply({text: '{}'}),
      async (server) => {
        await answerOf(server.url, {
          settings: {keepAlive: '30m'},
          request: {
            temperature: 0.2,
            maxOutputTokens: 100,
            stopSequences: ['END'],
            responseSchema: {type: 'object'},
            providerOptions: {ollama: {logprobs: true, options: {seed: 7}}, other: {x: 1}},
          },
        })
        const [body] = bodiesSent(server)
        expect(body?.options).to.deep.equal({num_ctx: 4096, temperature: 0.2, num_predict: 100, stop: ['END'], seed: 7})
        expect(body).to.deep.include({
          model: 'm',
          stream: true,
          truncate: false,
          shift: false,
          format: {type: 'object'},
          keep_alive: '30m',
          logprobs: true,
        })
        expect(body).to.not.have.any.keys('tools', 'think', 'x')
      },
    ))

  it('sends a keep-alive without a unit as seconds', () =>
    withServer(
      () => ollamaReply({text: 'ok'}),
      async (server) => {
        await answerOf(server.url, {settings: {keepAlive: '-1'}})
        expect(bodiesSent(server)[0]?.['keep_alive']).to.equal(-1)
      },
    ))

  it('offers the tools that the choice leaves', () =>
    withServer(
      () => ollamaReply({text: 'ok'}),
      async (server) => {
        const tools = ['a', 'b'].map((name) => ({name, description: '', inputSchema: {type: 'object'}}))
        await answerOf(server.url, {request: {tools, toolChoice: 'none'}})
        const events = await answerOf(server.url, {request: {tools, toolChoice: {tool: 'b'}}})
        const [none, one] = bodiesSent(server)
        expect(none).to.not.have.property('tools')
        expect(one?.['tools']).to.have.length(1)
        expect(only(events, 'response-start')[0]?.warnings[0]?.feature).to.equal('toolChoice')
      },
    ))

  describe('thinking', () => {
    const answer =
      (facts: Parameters<typeof shown>[0]): Answer =>
      ({path}) =>
        path === '/api/show' ? shown(facts) : ollamaReply({text: 'ok'})
    const THINKS = {capabilities: ['completion', 'thinking']}

    it('is on or off for most models, and a level for gpt-oss', async () => {
      for (const [facts, think, reasoning, sent] of [
        [THINKS, 'auto', undefined, undefined],
        [THINKS, 'auto', 'none', false],
        [THINKS, 'auto', 'high', true],
        [THINKS, 'on', undefined, true],
        [THINKS, 'off', undefined, false],
        [THINKS, 'off', 'low', true],
        [{...THINKS, family: 'gptoss'}, 'medium', undefined, 'medium'],
        [{...THINKS, family: 'gptoss'}, 'auto', 'max', 'high'],
      ] as const) {
        await withServer(answer({...facts, capabilities: [...facts.capabilities]}), async (server) => {
          await answerOf(server.url, {settings: {think}, request: reasoning === undefined ? {} : {reasoning}})
          expect(bodiesSent(server)[0]?.['think']).to.equal(sent)
        })
      }
    })

    it('is not asked of a model that cannot, with a warning', () =>
      withServer(answer({}), async (server) => {
        const events = await answerOf(server.url, {request: {reasoning: 'high'}})
        expect(bodiesSent(server)[0]).to.not.have.property('think')
        expect(only(events, 'response-start')[0]?.warnings[0]?.feature).to.equal('reasoning')
      }))

    it('asks what the model can do once', () =>
      withServer(answer(THINKS), async ({url, requests}) => {
        const provider = createProvider(contextFor(url))
        await collect(provider, {...QUESTION, reasoning: 'low'})
        await collect(provider, {...QUESTION, reasoning: 'low'})
        expect(requests.map(({path}) => path)).to.deep.equal(['/api/show', '/api/chat', '/api/chat'])
      }))
  })

  it('sends a key where there is one, and own headers, which win; forgives a path in the endpoint', () =>
    withServer(
      () => ollamaReply({text: 'ok'}),
      async ({url, requests}) => {
        await answerOf(`${url}/v1`, {key: 'secret-key', headers: {'User-Agent': 'mine'}})
        await answerOf(`${url}/api`)
        await answerOf(url, {key: 'secret-key', authHeader: {name: 'X-Key', scheme: 'none'}})
        expect(requests.map(({path}) => path)).to.deep.equal(['/api/chat', '/api/chat', '/api/chat'])
        expect(requests[0]?.headers).to.include({authorization: 'Bearer secret-key', 'user-agent': 'mine'})
        expect(requests[1]?.headers).to.not.have.property('authorization')
        expect(requests[2]?.headers).to.include({'x-key': 'secret-key', 'user-agent': 'vibe-test/0'})
      },
    ))
})
