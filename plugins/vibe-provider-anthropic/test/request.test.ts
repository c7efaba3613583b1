import {expect} from 'chai'
import fc from 'fast-check'
import type {ChatRequest, JsonObject, Message, ReasoningEffort} from 'vibe-plugin-api'
import {anthropicReply, jsonReply} from 'vibe-plugin-testkit'
import {ask, bodySent, collect, failure, providerAt, withServer} from './support.ts'

const user = (text: string): Message => ({role: 'user', content: [{type: 'text', text}]})
const call = (callId: string): Message => ({role: 'assistant', content: [{type: 'tool-call', callId, name: 'read', input: {path: 'a'}}]})
const result = (callId: string, text: string, isError?: true): Message => ({
  role: 'tool',
  content: [{type: 'tool-result', callId, name: 'read', content: [{type: 'text', text}], ...(isError ? {isError} : {})}],
})
const tools = [{name: 'read', description: 'Reads.', inputSchema: {type: 'object'}}, {name: 'edit', description: 'Edits.', inputSchema: {type: 'object'}}]
const older = {settings: {apiVersion: '2023-06-01'}}

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
      method === 'GET' ? jsonReply({data: [{id: 'unheard-of', max_tokens: 777}], has_more: false}) : anthropicReply({text: 'x'})
    await withServer(answer, async (server) => {
      const provider = await providerAt(server.url)
      await provider.listModels?.({signal: AbortSignal.timeout(5000)})
      await collect(provider, {...ask, model: 'unheard-of'})
      expect((server.requests.at(-1)?.json as JsonObject)['max_tokens']).to.equal(777)
    })
  })

  it('puts all results of one answer into one user message, errors marked', async () => {
    const calls: Message = {role: 'assistant', content: [
      {type: 'text', text: ' '},
      {type: 'tool-call', callId: 'call|1:x', name: 'read', input: {}},
      {type: 'tool-call', callId: 't2', name: 'read', input: {a: 1}},
    ]}
    const body = await bodySent({messages: [user('go'), calls, result('call|1:x', 'one'), result('t2', '', true), user('and?')]})
    expect(body['messages']).to.deep.equal([
      {role: 'user', content: [{type: 'text', text: 'go'}]},
      {role: 'assistant', content: [
        {type: 'tool_use', id: 'call_1_x', name: 'read', input: {}},
        {type: 'tool_use', id: 't2', name: 'read', input: {a: 1}},
      ]},
      {role: 'user', content: [
        {type: 'tool_result', tool_use_id: 'call_1_x', content: [{type: 'text', text: 'one'}]},
        {type: 'tool_result', tool_use_id: 't2', is_error: true},
        {type: 'text', text: 'and?'},
      ]},
    ])
  })

  it('gives thinking back to the model that signed it, to no other', async () => {
    const thought = (anthropic?: JsonObject): Message => ({
      role: 'assistant',
      content: [{type: 'reasoning', text: 'hm', ...(anthropic ? {providerMetadata: {anthropic}} : {})}, {type: 'text', text: 'said'}],
    })
    const messages = [user('a'), thought({signature: 'S', model: ask.model}), user('b'), thought({data: 'ENC', model: ask.model}), user('c'), thought({signature: 'S', model: 'other'}), user('d'), thought(), user('e')]
    const body = await bodySent({messages})
    const kinds = (body['messages'] as Array<{role: string; content: JsonObject[]}>)
      .filter(({role}) => role === 'assistant')
      .map(({content}) => content.map(({type}) => type))
    expect(kinds).to.deep.equal([['thinking', 'text'], ['redacted_thinking', 'text'], ['text'], ['text']])
    const wire = JSON.stringify(body['messages'])
    expect(wire).to.include('{"type":"thinking","thinking":"hm","signature":"S"}').and.include('{"type":"redacted_thinking","data":"ENC"}')
  })

  it('plays its own answer back as the service gave it', async () => {
    await withServer(anthropicReply({reasoning: 'why', text: 'because', toolCalls: [{id: 'toolu_1', name: 'read', input: {path: 'a'}}]}), async (server) => {
      const provider = await providerAt(server.url)
      const events = await collect(provider)
      const reasoning = events.find((event) => event.type === 'reasoning-end')
      const content: Message = {role: 'assistant', content: [
        {type: 'reasoning', text: 'why', ...(reasoning?.providerMetadata ? {providerMetadata: reasoning.providerMetadata} : {})},
        {type: 'text', text: 'because'},
        {type: 'tool-call', callId: 'toolu_1', name: 'read', input: {path: 'a'}},
      ]}
      await collect(provider, {...ask, messages: [...ask.messages, content, result('toolu_1', 'x')]})
      expect((server.requests[1]?.json as {messages: unknown[]}).messages[1]).to.deep.equal({role: 'assistant', content: [
        {type: 'thinking', thinking: 'why', signature: 'c2NyaXB0ZWQ='},
        {type: 'text', text: 'because'},
        {type: 'tool_use', id: 'toolu_1', name: 'read', input: {path: 'a'}},
      ]})
    })
  })

  it('marks at most four cached prefixes, the last ones', async () => {
    const messages = [user('a'), call('t1'), result('t1', 'x'), user('b')]
    const body = await bodySent({system: 's', tools, messages, cacheBreakpoints: [3, 'tools', 0, 'system', 1, 3]})
    const cached = {type: 'ephemeral'}
    expect(JSON.stringify(body['tools'])).to.not.include('cache_control')
    expect(body['system']).to.deep.equal([{type: 'text', text: 's', cache_control: cached}])
    const wire = body['messages'] as Array<{content: JsonObject[]}>
    expect(wire.map(({content}) => content.map((block) => block['cache_control'] !== undefined))).to.deep.equal([[true], [true], [false, true]])
    const few = await bodySent({system: 's', tools, cacheBreakpoints: ['tools', 'system', 0]})
    expect((few['tools'] as JsonObject[]).map((tool) => tool['cache_control'])).to.deep.equal([undefined, cached])
  })

  it('sends images, PDFs and text files, and refuses others', async () => {
    const data = Uint8Array.from([1, 2, 250]).subarray(1)
    const file = (mediaType: string, name?: string) => ({type: 'file' as const, mediaType, data, ...(name ? {name} : {})})
    const body = await bodySent({messages: [{role: 'user', content: [file('image/png'), file('application/pdf', 'a.pdf')]}]})
    expect(body['messages']).to.deep.equal([{role: 'user', content: [
      {type: 'image', source: {type: 'base64', media_type: 'image/png', data: 'Avo='}},
      {type: 'document', source: {type: 'base64', media_type: 'application/pdf', data: 'Avo='}, title: 'a.pdf'},
    ]}])
    const text = await bodySent({messages: [{role: 'user', content: [{type: 'file', mediaType: 'text/csv', data: Buffer.from('a,b'), name: 't.csv'}]}]})
    expect(JSON.stringify(text['messages'])).to.include('"source":{"type":"text","media_type":"text/plain","data":"a,b"},"title":"t.csv"')
    const inResult: Message = {role: 'tool', content: [{type: 'tool-result', callId: 't', name: 'read', content: [file('image/webp')]}]}
    expect(JSON.stringify((await bodySent({messages: [user('a'), call('t'), inResult]}))['messages'])).to.include('"media_type":"image/webp"')
    const error = await failure(bodySent({messages: [{role: 'user', content: [file('audio/wav', 'a.wav')]}]}))
    expect(error).to.include({code: 'unsupported', retryable: false})
  })

  it('maps reasoning efforts to what each model takes', async () => {
    const sent = async (model: string, reasoning: ReasoningEffort | undefined, more: Partial<ChatRequest> = {}) => {
      const {thinking, output_config} = await bodySent({model, ...(reasoning ? {reasoning} : {}), ...more})
      return [thinking, (output_config as JsonObject | undefined)?.['effort']]
    }
    const adaptive = {type: 'adaptive', display: 'summarized'}
    expect(await sent('claude-sonnet-5-5', undefined)).to.deep.equal([adaptive, undefined])
    expect(await sent('claude-sonnet-5-5', 'none')).to.deep.equal([{type: 'between_tools'}, undefined])
    expect(await sent('claude-sonnet-5-5', 'xhigh')).to.deep.equal([adaptive, 'xhigh'])
    expect(await sent('claude-opus-5-5', 'none')).to.deep.equal([adaptive, 'low'])
    expect(await sent('claude-haiku-5-5', 'none')).to.deep.equal([{type: 'disabled'}, undefined])
    expect(await sent('claude-fable-5-2', 'minimal')).to.deep.equal([adaptive, 'low'])
    expect(await sent('claude-opus-4-6', undefined)).to.deep.equal([undefined, undefined])
    expect(await sent('claude-opus-4-6', 'xhigh')).to.deep.equal([adaptive, 'high'])
    expect(await sent('claude-haiku-4-5-20251001', 'medium', {maxOutputTokens: 20_000})).to.deep.equal([{type: 'enabled', budget_tokens: 8192}, undefined])
    expect(await sent('claude-haiku-4-5', 'high', {maxOutputTokens: 4096})).to.deep.equal([{type: 'enabled', budget_tokens: 3072}, undefined])
    expect(await sent('claude-haiku-4-5', 'high', {maxOutputTokens: 1500})).to.deep.equal([undefined, undefined])
    expect(await sent('claude-haiku-4-5', 'none')).to.deep.equal([undefined, undefined])
  })

  it('sends a temperature only where it is accepted, and says so', async () => {
    const warned = async (request: Partial<ChatRequest>, more = {}) =>
      withServer(anthropicReply({text: 'x'}), async (server) => {
        const [start] = await collect(await providerAt(server.url, more), {...ask, ...request})
        const body = server.requests[0]?.json as JsonObject
        return [body['temperature'], start?.type === 'response-start' ? start.warnings.map(({feature}) => feature) : undefined]
      })
    expect(await warned({temperature: 0.5})).to.deep.equal([undefined, ['temperature']])
    expect(await warned({temperature: 0.5}, older)).to.deep.equal([0.5, []])
    expect(await warned({temperature: 1.5}, older)).to.deep.equal([1, ['temperature']])
    expect(await warned({temperature: 0.5, model: 'claude-opus-5-5'}, older)).to.deep.equal([undefined, ['temperature']])
    expect(await warned({temperature: 0.5, reasoning: 'low'}, older)).to.deep.equal([undefined, ['temperature']])
  })

  it('forces a tool only where that is possible', async () => {
    expect((await bodySent({tools, toolChoice: 'required'}))['tool_choice']).to.deep.equal({type: 'any'})
    expect((await bodySent({tools, toolChoice: {tool: 'read'}}))['tool_choice']).to.deep.equal({type: 'tool', name: 'read'})
    expect((await bodySent({tools, toolChoice: 'none'}))['tool_choice']).to.deep.equal({type: 'none'})
    expect(await bodySent({tools, toolChoice: 'required', model: 'claude-sonnet-5-5'})).to.not.have.property('tool_choice')
    expect(await bodySent({toolChoice: 'required'})).to.not.have.property('tool_choice')
  })

  it('passes a schema and the options meant for it', async () => {
    const body = await bodySent({responseSchema: {type: 'object'}, providerOptions: {anthropic: {service_tier: 'auto'}, openai: {x: 1}}})
    expect(body).to.deep.include({output_config: {format: {type: 'json_schema', schema: {type: 'object'}}}, service_tier: 'auto'})
    expect(body).to.not.have.property('x')
  })

  it('never sends two messages of one role in a row, a blank text, or broken Unicode', async () => {
    const part = fc.record({type: fc.constant('text' as const), text: fc.string({unit: 'binary'})})
    const said = fc.oneof(
      fc.record({role: fc.constant('user' as const), content: fc.array(part)}),
      fc.record({role: fc.constant('assistant' as const), content: fc.array(part)}),
      fc.record({role: fc.constant('tool' as const), content: fc.array(fc.record({type: fc.constant('tool-result' as const), callId: fc.string(), name: fc.constant('x'), content: fc.array(part)}))}),
    )
    const {wireRequest} = await import('../src/request.ts')
    fc.assert(
      fc.property(fc.array(said), fc.array(fc.nat(5)), (messages, cacheBreakpoints) => {
        const {body} = wireRequest({model: 'm', messages, cacheBreakpoints}, {maxTokens: 1, apiVersion: '2026-10-21'})
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

describe('vibe-provider-anthropic: beside chat', () => {
  const options = {signal: AbortSignal.timeout(10_000)}
  const yes = {supported: true}
  const no = {supported: false}
  const full = {
    id: 'claude-x', display_name: 'Claude X', lifecycle: 'active', max_input_tokens: 500, max_tokens: 50,
    capabilities: {image_input: yes, pdf_input: no, thinking: {supported: true, types: {disabled: yes}}, effort: {supported: true, low: yes, medium: no, high: yes, max: no, xhigh: null}},
  }

  it('lists models page by page, without those that are gone', async () => {
    const pages = [{data: [full, {id: 'gone', lifecycle: 'retired'}], has_more: true, next_page: 'p2', last_id: 'gone'}, {data: [{id: 'bare'}], has_more: false, next_page: null}]
    await withServer((_, index) => jsonReply(pages[index] ?? {data: []}), async (server) => {
      const models = await (await providerAt(server.url)).listModels?.(options)
      expect(models).to.deep.equal([
        {id: 'claude-x', name: 'Claude X', kind: 'chat', contextWindow: 500, maxOutput: 50, input: ['text', 'image'], tools: true, reasoning: ['none', 'low', 'high']},
        {id: 'bare', kind: 'chat'},
      ])
      expect(server.requests.map(({method, path}) => `${method} ${path.split('?')[0]}`)).to.deep.equal(['GET /v1/models', 'GET /v1/models'])
    })
  })

  it('proves that the key is taken without spending a token', async () => {
    await withServer(jsonReply({data: [full], has_more: false}), async (server) => {
      const report = await (await providerAt(server.url)).validateConnection(options)
      expect(report).to.deep.include({ok: true, modelsSeen: 1, warnings: []})
      expect(server.requests.map(({method}) => method)).to.deep.equal(['GET'])
    })
    await withServer(jsonReply({type: 'error', error: {type: 'authentication_error', message: 'bad'}}, 401), async (server) => {
      const report = await (await providerAt(server.url)).validateConnection(options)
      expect(report.ok ? undefined : report.error).to.include({code: 'auth-invalid', status: 401, retryable: false})
    })
    await withServer(jsonReply({}, 404), async (server) => {
      const report = await (await providerAt(server.url)).validateConnection(options)
      expect(report.ok && report.warnings[0]?.message).to.include('lists no models')
    })
    await withServer({headers: {'content-type': 'text/html'}, steps: [{write: '<html>login</html>'}]}, async (server) => {
      const report = await (await providerAt(server.url)).validateConnection(options)
      expect(report.ok ? undefined : report.error.code).to.equal('bad-response')
    })
  })

  it('lets the service count tokens', async () => {
    await withServer((_, index) => jsonReply(index === 0 ? {input_tokens: 42} : {}), async (server) => {
      const provider = await providerAt(server.url)
      expect(await provider.countTokens?.({...ask, system: 's', tools, stopSequences: ['x']}, options)).to.equal(42)
      expect(server.requests[0]?.path).to.equal('/v1/messages/count_tokens')
      expect(server.requests[0]?.json).to.have.all.keys('model', 'messages', 'system', 'tools')
      const counting = provider.countTokens?.(ask, options) ?? Promise.resolve(0)
      expect((await failure(counting)).code).to.equal('bad-response')
    })
  })
})
