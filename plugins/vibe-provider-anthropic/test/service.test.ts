import {expect} from 'chai'
import {jsonReply} from 'vibe-plugin-testkit'
import {ask, failure, providerAt, withServer} from './support.ts'

const tools = [{name: 'read', description: 'Reads.', inputSchema: {type: 'object'}}]

describe('vibe-provider-anthropic: beside chat', () => {
  const options = {signal: AbortSignal.timeout(10_000)}
  const yes = {supported: true}
  const no = {supported: false}
  const full = {
    id: 'claude-x',
    display_name: 'Claude X',
    lifecycle: 'active',
    max_input_tokens: 500,
    max_tokens: 50,
    capabilities: {
      image_input: yes,
      pdf_input: no,
      thinking: {supported: true, types: {disabled: yes}},
      effort: {supported: true, low: yes, medium: no, high: yes, max: no, xhigh: null},
    },
  }

  it('lists models page by page, without those that are gone', async () => {
    const pages = [
      {data: [full, {id: 'gone', lifecycle: 'retired'}], has_more: true, next_page: 'p2', last_id: 'gone'},
      {data: [{id: 'bare'}], has_more: false, next_page: null},
    ]
    await withServer(
      (_, index) => jsonReply(pages[index] ?? {data: []}),
      async (server) => {
        const models = await (await providerAt(server.url)).listModels?.(options)
        expect(models).to.deep.equal([
          {
            id: 'claude-x',
            name: 'Claude X',
            kind: 'chat',
            contextWindow: 500,
            maxOutput: 50,
            input: ['text', 'image'],
            tools: true,
            reasoning: ['none', 'low', 'high'],
          },
          {id: 'bare', kind: 'chat'},
        ])
        expect(server.requests.map(({method, path}) => `${method} ${path.split('?')[0]}`)).to.deep.equal([
          'GET /v1/models',
          'GET /v1/models',
        ])
      },
    )
  })

  it('proves that the key is taken without spending a token', async () => {
    await withServer(jsonReply({data: [full], has_more: false}), async (server) => {
      const report = await (await providerAt(server.url)).validateConnection(options)
      expect(report).to.deep.include({ok: true, modelsSeen: 1, warnings: []})
      expect(server.requests.map(({method}) => method)).to.deep.equal(['GET'])
    })
    await withServer(
      jsonReply({type: 'error', error: {type: 'authentication_error', message: 'bad'}}, 401),
      async (server) => {
        const report = await (await providerAt(server.url)).validateConnection(options)
        expect(report.ok ? undefined : report.error).to.include({code: 'auth-invalid', status: 401, retryable: false})
      },
    )
    await withServer(jsonReply({}, 404), async (server) => {
      const report = await (await providerAt(server.url)).validateConnection(options)
      expect(report.ok && report.warnings[0]?.message).to.include('lists no models')
    })
    await withServer(
      {headers: {'content-type': 'text/html'}, steps: [{write: '<html>login</html>'}]},
      async (server) => {
        const report = await (await providerAt(server.url)).validateConnection(options)
        expect(report.ok ? undefined : report.error.code).to.equal('bad-response')
      },
    )
  })

  it('lets the service count tokens', async () => {
    await withServer(
      (_, index) => jsonReply(index === 0 ? {input_tokens: 42} : {}),
      async (server) => {
        const provider = await providerAt(server.url)
        expect(await provider.countTokens?.({...ask, system: 's', tools, stopSequences: ['x']}, options)).to.equal(42)
        expect(server.requests[0]?.path).to.equal('/v1/messages/count_tokens')
        expect(server.requests[0]?.json).to.have.all.keys('model', 'messages', 'system', 'tools')
        const counting = provider.countTokens?.(ask, options) ?? Promise.resolve(0)
        expect((await failure(counting)).code).to.equal('bad-response')
      },
    )
  })
})
