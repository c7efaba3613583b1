import {expect} from 'chai'
import fc from 'fast-check'
import type {JsonObject, Message} from 'vibe-plugin-api'
import {anthropicReply, jsonReply} from 'vibe-plugin-testkit'
import {ask, bodySent, collect, failure, providerAt, withServer} from './support.ts'

const user = (text: string): Message => ({role: 'user', content: [{type: 'text', text}]})
const call = (callId: string): Message => ({
  role: 'assistant',
  content: [{type: 'tool-call', callId, name: 'read', input: {path: 'a'}}],
})
const result = (callId: string, text: string, isError?: true): Message => ({
  role: 'tool',
  content: [
    {type: 'tool-result', callId, name: 'read', content: [{type: 'text', text}], ...(isError ? {isError} : {})},
  ],
})
const tools = [
  {name: 'read', description: 'Reads.', inputSchema: {type: 'object'}},
  {name: 'edit', description: 'Edits.', inputSchema: {type: 'object'}},
]

describe('vibe-provider-anthropic: a request', () => {
  it('keeps the system prompt apart and asks for a stream', async () => {
    const body = await bodySent({system: 'Be short.', tools, stopSequences: ['END', ' ']})
    expect(body).to.deep.equal({
      model: 'claude-haiku-4-5',
      max_tokens: 64_000,
      system: [{type: 'text', text: 'Be short.'}],
      tools: tools.map(({name, description, inputSchema}) => ({name, description, input_schema: inputSchema})),
      messages: [{role: 'user', content: [{type: 'text', text: 'Hi'}]}],
      stop_sequences: ['END'],
      stream: true,
    })
  })

  it('limits the output by the request, the service, the catalogue, else 4096', async () => {
    expect((await bodySent({maxOutputTokens: 10}))['max_tokens']).to.equal(10)
    expect((await bodySent({model: 'claude-sonnet-5-5'}))['max_tokens']).to.equal(128_000)
    expect((await bodySent({model: 'unheard-of'}))['max_tokens']).to.equal(4096)
    const answer = ({method}: {method: string}) =>
      method === 'GET'
        ? jsonReply({data: [{id: 'unheard-of', max_tokens: 777}], has_more: false})
        : anthropicReply({text: 'x'})
    await withServer(answer, async (server) => {
      const provider = await providerAt(server.url)
      await provider.listModels?.({signal: AbortSignal.timeout(5000)})
      await collect(provider, {...ask, model: 'unheard-of'})
      expect(server.requests.at(-1)?.json).to.include({max_tokens: 777})
    })
  })

  it('puts all results of one answer into one user message, errors marked', async () => {
    const calls: Message = {
      role: 'assistant',
      content: [
        {type: 'text', text: ' '},
        {type: 'tool-call', callId: 'call|1:x', name: 'read', input: {}},
        {type: 'tool-call', callId: 't2', name: 'read', input: {a: 1}},
      ],
    }
    const body = await bodySent({
      messages: [user('go'), calls, result('call|1:x', 'one'), result('t2', '', true), user('and?')],
    })
    expect(body['messages']).to.deep.equal([
      {role: 'user', content: [{type: 'text', text: 'go'}]},
      {
        role: 'assistant',
        content: [
          {type: 'tool_use', id: 'call_1_x', name: 'read', input: {}},
          {type: 'tool_use', id: 't2', name: 'read', input: {a: 1}},
        ],
      },
      {
        role: 'user',
        content: [
          {type: 'tool_result', tool_use_id: 'call_1_x', content: [{type: 'text', text: 'one'}]},
          {type: 'tool_result', tool_use_id: 't2', is_error: true},
          {type: 'text', text: 'and?'},
        ],
      },
    ])
  })

  it('gives thinking back to the model that signed it, to no other', async () => {
    const thought = (anthropic?: JsonObject): Message => ({
      role: 'assistant',
      content: [
        {type: 'reasoning', text: 'hm', ...(anthropic ? {providerMetadata: {anthropic}} : {})},
        {type: 'text', text: 'said'},
      ],
    })
    const messages = [
      user('a'),
      thought({signature: 'S', model: ask.model}),
      user('b'),
      thought({data: 'ENC', model: ask.model}),
      user('c'),
      thought({signature: 'S', model: 'other'}),
      user('d'),
      thought(),
      user('e'),
    ]
    const body = await bodySent({messages})
    const kinds = (body['messages'] as Array<{role: string; content: JsonObject[]}>)
      .filter(({role}) => role === 'assistant')
      .map(({content}) => content.map(({type}) => type))
    expect(kinds).to.deep.equal([['thinking', 'text'], ['redacted_thinking', 'text'], ['text'], ['text']])
    const wire = JSON.stringify(body['messages'])
    expect(wire)
      .to.include('{"type":"thinking","thinking":"hm","signature":"S"}')
      .and.include('{"type":"redacted_thinking","data":"ENC"}')
  })

  it('plays its own answer back as the service gave it', async () => {
    await withServer(
      anthropicReply({
        reasoning: 'why',
        text: 'because',
        toolCalls: [{id: 'toolu_1', name: 'read', input: {path: 'a'}}],
      }),
      async (server) => {
        const provider = await providerAt(server.url)
        const events = await collect(provider)
        const reasoning = events.find((event) => event.type === 'reasoning-end')
        const content: Message = {
          role: 'assistant',
          content: [
            {
              type: 'reasoning',
              text: 'why',
              ...(reasoning?.providerMetadata ? {providerMetadata: reasoning.providerMetadata} : {}),
            },
            {type: 'text', text: 'because'},
            {type: 'tool-call', callId: 'toolu_1', name: 'read', input: {path: 'a'}},
          ],
        }
        await collect(provider, {...ask, messages: [...ask.messages, content, result('toolu_1', 'x')]})
        const sent = server.requests[1]?.json as {messages: unknown[]} | undefined
        expect(sent?.messages[1]).to.deep.equal({
          role: 'assistant',
          content: [
            {type: 'thinking', thinking: 'why', signature: 'c2NyaXB0ZWQ='},
            {type: 'text', text: 'because'},
            {type: 'tool_use', id: 'toolu_1', name: 'read', input: {path: 'a'}},
          ],
        })
      },
    )
  })

  it('marks at most four cached prefixes, the last ones', async () => {
    const messages = [user('a'), call('t1'), result('t1', 'x'), user('b')]
    const body = await bodySent({system: 's', tools, messages, cacheBreakpoints: [3, 'tools', 0, 'system', 1, 3]})
    const cached = {type: 'ephemeral'}
    expect(JSON.stringify(body['tools'])).to.not.include('cache_control')
    expect(body['system']).to.deep.equal([{type: 'text', text: 's', cache_control: cached}])
    const wire = body['messages'] as Array<{content: JsonObject[]}>
    expect(wire.map(({content}) => content.map((block) => block['cache_control'] !== undefined))).to.deep.equal([
      [true],
      [true],
      [false, true],
    ])
    const few = await bodySent({system: 's', tools, cacheBreakpoints: ['tools', 'system', 0]})
    expect((few['tools'] as JsonObject[]).map((tool) => tool['cache_control'])).to.deep.equal([undefined, cached])
  })

  it('sends images, PDFs and text files, and refuses others', async () => {
    const data = Uint8Array.from([1, 2, 250]).subarray(1)
    const file = (mediaType: string, name?: string) => ({
      type: 'file' as const,
      mediaType,
      data,
      ...(name ? {name} : {}),
    })
    const body = await bodySent({
      messages: [{role: 'user', content: [file('image/png'), file('application/pdf', 'a.pdf')]}],
    })
    expect(body['messages']).to.deep.equal([
      {
        role: 'user',
        content: [
          {type: 'image', source: {type: 'base64', media_type: 'image/png', data: 'Avo='}},
          {type: 'document', source: {type: 'base64', media_type: 'application/pdf', data: 'Avo='}, title: 'a.pdf'},
        ],
      },
    ])
    const text = await bodySent({
      messages: [
        {role: 'user', content: [{type: 'file', mediaType: 'text/csv', data: Buffer.from('a,b'), name: 't.csv'}]},
      ],
    })
    expect(JSON.stringify(text['messages'])).to.include(
      '"source":{"type":"text","media_type":"text/plain","data":"a,b"},"title":"t.csv"',
    )
    const inResult: Message = {
      role: 'tool',
      content: [{type: 'tool-result', callId: 't', name: 'read', content: [file('image/webp')]}],
    }
    expect(JSON.stringify((await bodySent({messages: [user('a'), call('t'), inResult]}))['messages'])).to.include(
      '"media_type":"image/webp"',
    )
    const error = await failure(bodySent({messages: [{role: 'user', content: [file('audio/wav', 'a.wav')]}]}))
    expect(error).to.include({code: 'unsupported', retryable: false})
  })

  it('passes a schema and the options meant for it', async () => {
    const body = await bodySent({
      responseSchema: {type: 'object'},
      providerOptions: {anthropic: {service_tier: 'auto'}, openai: {x: 1}},
    })
    expect(body).to.deep.include({
      output_config: {format: {type: 'json_schema', schema: {type: 'object'}}},
      service_tier: 'auto',
    })
    expect(body).to.not.have.property('x')
  })

  it('never sends two messages of one role in a row, a blank text, or broken Unicode', async () => {
    const part = fc.record({type: fc.constant('text' as const), text: fc.string({unit: 'binary'})})
    const said = fc.oneof(
      fc.record({role: fc.constant('user' as const), content: fc.array(part)}),
      fc.record({role: fc.constant('assistant' as const), content: fc.array(part)}),
      fc.record({
        role: fc.constant('tool' as const),
        content: fc.array(
          fc.record({
            type: fc.constant('tool-result' as const),
            callId: fc.string(),
            name: fc.constant('x'),
            content: fc.array(part),
          }),
        ),
      }),
    )
    const {wireRequest} = await import('../src/request.ts')
    fc.assert(
      fc.property(fc.array(said), fc.array(fc.nat(5)), (messages, cacheBreakpoints) => {
        const {body} = wireRequest(
          {model: 'm', messages, cacheBreakpoints},
          {maxTokens: 1, apiVersion: '2026-10-21', providerId: 'anthropic'},
        )
        const wire = body['messages'] as unknown as Array<{role: string; content: JsonObject[]}>
        for (const [index, {role, content}] of wire.entries()) {
          expect(role).to.not.equal(wire[index + 1]?.role)
          for (const block of content) {
            if (block['type'] === 'text') expect(String(block['text']).trim()).to.not.equal('')
            if (block['type'] === 'tool_result') expect(block['tool_use_id']).to.match(/^[\w-]*$/)
          }
        }
        const sent = JSON.stringify(body)
        expect(sent.match(/cache_control/g)?.length ?? 0).to.be.at.most(4)
        expect(sent).to.not.match(/\\ud[89a-f]/)
      }),
    )
  })
})
