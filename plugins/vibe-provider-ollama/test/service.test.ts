import {expect} from 'chai'
import {readFile} from 'node:fs/promises'
import {jsonReply, type Answer, type Reply} from 'vibe-plugin-testkit'
import {createProvider} from '../src/index.ts'
import {contextFor, errorOf, shown, withServer} from './helpers.ts'

const options = () => ({signal: new AbortController().signal})
const TAGS = {
  models: [
    {
      name: 'qwen3:8b',
      model: 'qwen3:8b',
      size: 5_225_388_164,
      details: {family: 'qwen3', parameter_size: '8.2B', quantization_level: 'Q4_K_M'},
    },
    {name: 'nomic-embed-text:latest', size: 274_302_450, details: {parameter_size: '137M'}},
    {name: 'big:cloud', size: 384, remote_host: 'https://models.example'},
    {name: 'broken'},
    7,
    {},
  ],
}

const catalogue: Answer = ({path, json}) => {
  if (path === '/api/tags') return jsonReply(TAGS)
  switch ((json as {model: string}).model) {
    case 'qwen3:8b':
      return shown({contextLength: 40_960, capabilities: ['completion', 'tools', 'thinking', 'vision']})
    case 'nomic-embed-text:latest':
      return jsonReply({
        model_info: {'general.architecture': 'bert', 'bert.context_length': 2048, 'bert.embedding_length': 768},
        capabilities: ['embedding'],
      })
    case 'big:cloud':
      return shown({contextLength: 262_144})
    default:
      return jsonReply({error: 'no'}, 500)
  }
}

describe('ollama models, connection and embeddings', () => {
  it('lists models with sizes, windows and abilities', () =>
    withServer(catalogue, async ({url, requests}) => {
      const provider = createProvider(contextFor(url))
      const models = await provider.listModels?.(options())
      expect(models).to.deep.equal([
        {
          id: 'qwen3:8b',
          name: 'qwen3:8b, 8.2B, Q4_K_M, 5.2 GB',
          kind: 'chat',
          sizeBytes: 5_225_388_164,
          contextWindow: 40_960,
          input: ['text', 'image'],
          tools: true,
          reasoning: ['none', 'low', 'medium', 'high'],
          price: {free: true},
        },
        {
          id: 'nomic-embed-text:latest',
          name: 'nomic-embed-text:latest, 137M, 274 MB',
          kind: 'embedding',
          sizeBytes: 274_302_450,
          contextWindow: 2048,
          dimensions: 768,
          price: {free: true},
        },
        {
          id: 'big:cloud',
          name: 'big:cloud',
          kind: 'chat',
          sizeBytes: 384,
          contextWindow: 262_144,
          input: ['text'],
          tools: true,
          reasoning: false,
        },
        {id: 'broken', name: 'broken', kind: 'chat', price: {free: true}},
      ])
      await provider.listModels?.(options())
      expect(requests.filter(({path}) => path === '/api/show')).to.have.length(4)
    }))

  it('looks up a hundred models at most', () =>
    withServer(
      ({path}) =>
        path === '/api/tags' ? jsonReply({models: Array.from({length: 150}, (_, n) => ({name: `m${n}`}))}) : shown({}),
      async ({url, requests}) => {
        expect(await createProvider(contextFor(url)).listModels?.(options())).to.have.length(150)
        expect(requests).to.have.length(101)
      },
    ))

  it('refuses what is no list', async () => {
    for (const answer of [{hello: 1}, [], 'x']) {
      await withServer(
        () => jsonReply(answer),
        async ({url}) => {
          const work = Promise.resolve(createProvider(contextFor(url)).listModels?.(options()))
          expect(await errorOf(work)).to.include({code: 'bad-response'})
        },
      )
    }
  })

  it('proves a connection by the version, and reports what failed', async () => {
    await withServer(
      () => jsonReply({version: '0.12.6'}),
      async ({url, requests}) => {
        const report = await createProvider(contextFor(url)).validateConnection(options())
        expect(report).to.deep.include({ok: true, warnings: []})
        expect(requests.map(({method, path}) => `${method} ${path}`)).to.deep.equal(['GET /api/version'])
      },
    )
    for (const [reply, code] of [
      [jsonReply({}), 'bad-response'],
      [jsonReply({error: 'unauthorized'}, 401), 'auth-invalid'],
      [{steps: [{write: '<html>'}]}, 'bad-response'],
    ] satisfies Array<[Reply, string]>) {
      await withServer(
        () => reply,
        async ({url}) => {
          const report = await createProvider(contextFor(url)).validateConnection(options())
          expect(report).to.have.nested.property('error.code', code)
        },
      )
    }
  })

  it('embeds many texts in one request', () =>
    withServer(
      () => jsonReply({embeddings: [[1], [2]], prompt_eval_count: 4}),
      async ({url, requests}) => {
        const provider = createProvider(contextFor(url, {settings: {keepAlive: '600'}}))
        const result = await provider.embed?.({model: 'e', texts: ['a', 'b'], dimensions: 1}, options())
        expect(result).to.deep.equal({vectors: [[1], [2]], usage: {input: 4}})
        expect(requests[0]?.path).to.equal('/api/embed')
        expect(requests[0]?.json).to.deep.equal({
          model: 'e',
          input: ['a', 'b'],
          truncate: false,
          dimensions: 1,
          keep_alive: 600,
        })
        expect(await provider.embed?.({model: 'e', texts: []}, options())).to.deep.equal({vectors: [], usage: {}})
        expect(requests).to.have.length(1)
      },
    ))

  it('refuses vectors that do not fit, and says that a text is too long', async () => {
    const embedOf = (url: string) =>
      errorOf(Promise.resolve(createProvider(contextFor(url)).embed?.({model: 'e', texts: ['a']}, options())))
    for (const embeddings of [[], [[]], [[1], [2]], undefined]) {
      await withServer(
        () => jsonReply({embeddings}),
        async ({url}) => {
          expect(await embedOf(url)).to.include({code: 'bad-response'})
        },
      )
    }
    await withServer(
      () => jsonReply({error: 'the input length exceeds the context length'}, 400),
      async ({url}) => {
        expect(await embedOf(url)).to.include({code: 'context-overflow'})
      },
    )
  })

  it('has a manifest whose settings the code knows', async () => {
    const manifest = JSON.parse(await readFile(new URL('../vibe.provider.json', import.meta.url), 'utf8')) as {
      id: string
      settings: {properties: Record<string, {pattern?: string}>}
    }
    expect(manifest.id).to.equal('ollama')
    expect(Object.keys(manifest.settings.properties)).to.deep.equal(['contextLength', 'keepAlive', 'think'])
    const pattern = new RegExp(manifest.settings.properties['keepAlive']?.pattern ?? '', 'u')
    for (const value of ['5m', '-1', '0', '1h30m', '-1m', '90', '500ms']) expect(value).to.match(pattern)
    for (const value of ['', 'forever', '5 m', '1d']) expect(value).to.not.match(pattern)
  })
})
