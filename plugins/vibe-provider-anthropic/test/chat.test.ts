import {expect} from 'chai'
import {anthropicReply, grammarViolations, type Reply} from 'vibe-plugin-testkit'
import {KEY, ask, collect, events, providerAt, streamOf, withServer} from './support.ts'

const answer = {
  reasoning: 'let me think — 思考',
  text: 'Grüße 🎉 from\nhere',
  toolCalls: [
    {id: 'toolu_1', name: 'read', input: {path: 'ä/🎈.ts'}},
    {id: 'toolu_2', name: 'shell', input: {command: 'ls -la "x"', n: 1}},
  ],
  usage: {input: 120, output: 34, cacheRead: 100},
  model: 'claude-haiku-4-5-20251001',
}

const bytesOf = (reply: Reply): Buffer =>
  Buffer.concat(reply.steps.map((step) => ('write' in step ? Buffer.from(step.write) : Buffer.alloc(0))))

describe('vibe-provider-anthropic: an answer', () => {
  it('streams reasoning, text, parallel tool calls and usage', async () => {
    await withServer(anthropicReply(answer), async (server) => {
      const got = await collect(await providerAt(server.url))
      expect(grammarViolations(got)).to.deep.equal([])
      const join = (type: string, key: string) =>
        got.map((event) => (event.type === type ? String((event as Record<string, unknown>)[key]) : '')).join('')
      expect(join('text-delta', 'text')).to.equal(answer.text)
      expect(join('reasoning-delta', 'text')).to.equal(answer.reasoning)
      expect(got[0]).to.deep.equal({
        type: 'response-start',
        responseId: 'msg_scripted',
        model: answer.model,
        warnings: [],
      })
      const calls = got.filter((event) => event.type === 'tool-call-end')
      expect(calls.map(({callId, name, input}) => ({id: callId, name, input}))).to.deep.equal(answer.toolCalls)
      expect(got.find((event) => event.type === 'reasoning-end')?.providerMetadata).to.deep.equal({
        anthropic: {signature: 'c2NyaXB0ZWQ=', model: 'claude-haiku-4-5'},
      })
      const end = got.at(-1)
      expect(end).to.include({type: 'response-end', stopReason: 'tool-calls', rawStopReason: 'tool_use'})
      expect(end?.type === 'response-end' && end.usage).to.include({
        input: 120,
        inputCacheRead: 100,
        inputCacheWrite: 0,
        output: 34,
      })
    })
  })

  it('sends its own headers only, the key as a bearer token', async () => {
    process.env['ANTHROPIC_CUSTOM_HEADERS'] = 'X-Leak: yes'
    try {
      await withServer(anthropicReply({text: 'x'}), async (server) => {
        await collect(await providerAt(server.url), ask, {headers: {'X-Team': 'blue'}})
        const {headers, path, method} = server.requests[0] ?? {headers: {}, path: '', method: ''}
        expect(`${method} ${path}`).to.equal('POST /v1/messages')
        expect(headers).to.include({
          authorization: `Bearer ${KEY}`,
          'anthropic-version': '2026-10-21',
          'user-agent': 'vibe-test/0',
          'x-team': 'blue',
          'content-type': 'application/json',
        })
        const ours = Object.keys(headers).filter((name) => name.startsWith('x-'))
        expect(ours).to.deep.equal(['x-team'])
      })
    } finally {
      delete process.env['ANTHROPIC_CUSTOM_HEADERS']
    }
  })

  it('speaks to older gateways and to data-only providers in their way', async () => {
    await withServer(anthropicReply({text: 'x'}), async (server) => {
      await collect(await providerAt(`${server.url}/v1`, {settings: {apiVersion: '2023-06-01'}}))
      await collect(await providerAt(server.url, {quirks: ['anthropic-2023-06-01']}))
      await collect(await providerAt(server.url, {authHeader: {name: 'api-key', scheme: 'none'}}))
      await collect(await providerAt(server.url, {credential: async () => ({kind: 'oauth', accessToken: 'tok'})}))
      await collect(await providerAt(server.url, {credential: async () => ({kind: 'none'})}))
      const [older, quirk, header, oauth, none] = server.requests.map((request) => request.headers)
      expect(older).to.include({'x-api-key': KEY, 'anthropic-version': '2023-06-01'})
      expect(older).to.not.have.property('authorization')
      expect(server.requests[0]?.path).to.equal('/v1/messages')
      expect(quirk).to.include({'x-api-key': KEY, 'anthropic-version': '2023-06-01'})
      expect(header).to.include({'api-key': KEY}).and.not.have.property('authorization')
      expect(oauth).to.include({authorization: 'Bearer tok'})
      expect(none).to.not.have.any.keys('authorization', 'x-api-key')
    })
  })

  it('reads the same whatever the boundaries of its pieces', async () => {
    const reply = anthropicReply(answer)
    const whole = bytesOf(reply)
    const middle = Math.floor(whole.length / 2)
    const cuts = [...Array(120).keys()].map((step) => 1 + Math.floor((step * (whole.length - 1)) / 120))
    const expected = await withServer(reply, async (server) => collect(await providerAt(server.url)))
    const textAt = whole.indexOf(Buffer.from('🎉'))
    for (const cut of [...cuts, middle, textAt + 1, textAt + 2, textAt + 3]) {
      const steps = [{write: whole.subarray(0, cut)}, {waitMs: 1}, {write: whole.subarray(cut)}]
      const got = await withServer({...reply, steps}, async (server) => collect(await providerAt(server.url)))
      expect(got, `cut at ${cut}`).to.deep.equal(expected)
    }
    const singly = [...whole].map((byte) => ({write: Uint8Array.of(byte)}))
    const got = await withServer({...reply, steps: singly}, async (server) => collect(await providerAt(server.url)))
    expect(got).to.deep.equal(expected)
  }).timeout(20_000)

  it('reads CRLF, comments, pings, unknown events and a byte order mark', async () => {
    const text = bytesOf(anthropicReply({text: 'ok', usage: {input: 1, output: 1}})).toString()
    const noisy = `\uFEFF: hello\n\n${text.replaceAll('\n\n', '\n\n: keep-alive\n\nevent: ping\ndata: {"type":"ping"}\n\nevent: news\ndata: {"type":"news"}\n\n')}`
    for (const body of [noisy, noisy.replaceAll('\n', '\r\n')]) {
      const got = await withServer(streamOf(body), async (server) => collect(await providerAt(server.url)))
      expect(grammarViolations(got)).to.deep.equal([])
      expect(
        got
          .filter((event) => event.type === 'text-delta')
          .map(({text: delta}) => delta)
          .join(''),
      ).to.equal('ok')
    }
  })

  it('says that bytes came, also when no event did', async () => {
    const reply: Reply = {
      ...streamOf(),
      steps: [{write: ': a\n\n'}, {waitMs: 20}, {write: ': b\n\n'}, {waitMs: 20}, ...anthropicReply({text: 'x'}).steps],
    }
    await withServer(reply, async (server) => {
      let activity = 0
      let first = 0
      for await (const event of (await providerAt(server.url)).chat(ask, {
        signal: AbortSignal.timeout(5000),
        onActivity: () => void (activity += 1),
      })) {
        if (event.type === 'response-start') first = activity
      }
      expect(first).to.be.at.least(3)
    })
  })

  it('keeps unknown usage unknown, and adds cache reads and writes to the input', async () => {
    const end = async (...frames: Parameters<typeof events>) => {
      const got = await withServer(streamOf(events(...frames)), async (server) => collect(await providerAt(server.url)))
      expect(grammarViolations(got)).to.deep.equal([])
      const last = got.at(-1)
      return last?.type === 'response-end' ? last.usage : undefined
    }
    expect(await end({type: 'message_start', message: {}}, {type: 'message_stop'})).to.deep.equal({})
    const start = {
      type: 'message_start',
      message: {
        usage: {input_tokens: 10, cache_read_input_tokens: 5, cache_creation_input_tokens: 7, output_tokens: 1},
      },
    }
    expect(await end(start, {type: 'message_stop'}))
      .to.include({input: 22, inputCacheRead: 5, inputCacheWrite: 7})
      .and.not.have.property('output')
    const delta = {
      type: 'message_delta',
      delta: {stop_reason: 'end_turn'},
      usage: {input_tokens: 0, output_tokens: 9, output_tokens_details: {thinking_tokens: 4}},
    }
    expect(await end(start, delta, {type: 'message_stop'})).to.include({input: 22, output: 9, outputReasoning: 4})
  })

  it('maps every stop reason', async () => {
    const table = {
      end_turn: 'end-turn',
      max_tokens: 'max-output',
      stop_sequence: 'stop-sequence',
      tool_use: 'tool-calls',
      pause_turn: 'paused',
      refusal: 'refusal',
      model_context_window_exceeded: 'max-output',
      from_the_future: 'other',
    }
    for (const [raw, stopReason] of Object.entries(table)) {
      const got = await withServer(anthropicReply({text: 'x', stop: raw}), async (server) =>
        collect(await providerAt(server.url)),
      )
      expect(got.at(-1)).to.include({stopReason, rawStopReason: raw})
    }
    const refused = {
      type: 'message_delta',
      delta: {stop_reason: 'refusal', stop_details: {type: 'refusal', category: 'cyber'}},
      usage: {output_tokens: 1},
    }
    const got = await withServer(
      streamOf(events({type: 'message_start', message: {}}, refused, {type: 'message_stop'})),
      async (server) => collect(await providerAt(server.url)),
    )
    expect(got.at(-1)).to.deep.include({
      stopReason: 'refusal',
      providerMetadata: {anthropic: {stopDetails: {type: 'refusal', category: 'cyber'}}},
    })
  })

  it('keeps redacted and textless thinking for the way back', async () => {
    const frames = events(
      {type: 'message_start', message: {}},
      {type: 'content_block_start', index: 0, content_block: {type: 'redacted_thinking', data: 'ENC'}},
      {type: 'content_block_stop', index: 0},
      {type: 'content_block_start', index: 1, content_block: {type: 'thinking', thinking: '', signature: ''}},
      {type: 'content_block_delta', index: 1, delta: {type: 'signature_delta', signature: 'S'}},
      {type: 'content_block_stop', index: 1},
      {type: 'message_stop'},
    )
    const got = await withServer(streamOf(frames), async (server) => collect(await providerAt(server.url)))
    expect(grammarViolations(got)).to.deep.equal([])
    expect(got[1]).to.deep.equal({type: 'reasoning-start', index: 0, redacted: true})
    expect(
      got
        .filter((event) => event.type === 'reasoning-end')
        .map(({providerMetadata}) => providerMetadata?.['anthropic']),
    ).to.deep.equal([
      {data: 'ENC', model: ask.model},
      {signature: 'S', model: ask.model},
    ])
  })

  it('reads tool calls without input, with the whole input at once, and leaves cut input out', async () => {
    const tool = (index: number, input: object, json?: string) => [
      {type: 'content_block_start', index, content_block: {type: 'tool_use', id: `t${index}`, name: 'x', input}},
      ...(json === undefined
        ? []
        : [{type: 'content_block_delta', index, delta: {type: 'input_json_delta', partial_json: json}}]),
      {type: 'content_block_stop', index},
    ]
    const frames = [
      {type: 'message_start', message: {}},
      ...tool(0, {}),
      ...tool(1, {a: 1}),
      ...tool(2, {}, '{"a": [1, 2'),
      ...tool(3, {}, '[1]'),
      {type: 'message_stop'},
    ]
    const got = await withServer(streamOf(events(...(frames as Parameters<typeof events>))), async (server) =>
      collect(await providerAt(server.url)),
    )
    expect(grammarViolations(got)).to.deep.equal([])
    const ends = got.filter((event) => event.type === 'tool-call-end')
    expect(ends.map(({inputText, input}) => [inputText, input])).to.deep.equal([
      ['{}', {}],
      ['{"a":1}', {a: 1}],
      ['{"a": [1, 2', undefined],
      ['[1]', undefined],
    ])
  })

  it('keeps the grammar with blocks that are unstarted, unstopped, repeated or unknown', async () => {
    const frames = events(
      {type: 'content_block_delta', index: 0, delta: {type: 'text_delta', text: 'a'}},
      {type: 'content_block_start', index: 0, content_block: {type: 'text', text: 'b'}},
      {
        type: 'content_block_start',
        index: 1,
        content_block: {type: 'server_tool_use', id: 's', name: 'web', input: {}},
      },
      {type: 'content_block_delta', index: 1, delta: {type: 'input_json_delta', partial_json: '{}'}},
      {type: 'content_block_stop', index: 7},
      {type: 'content_block_start', index: 2, content_block: {type: 'text', text: ''}},
      {type: 'message_stop'},
    )
    const got = await withServer(streamOf(frames), async (server) => collect(await providerAt(server.url)))
    expect(grammarViolations(got)).to.deep.equal([])
    expect(got.filter((event) => event.type === 'text-delta').map(({text}) => text)).to.deep.equal(['a', 'b'])
  })

  it('ends an answer without content', async () => {
    const got = await withServer(anthropicReply({}), async (server) => collect(await providerAt(server.url)))
    expect(grammarViolations(got)).to.deep.equal([])
    expect(got.map(({type}) => type)).to.deep.equal(['response-start', 'response-end'])
  })
})
