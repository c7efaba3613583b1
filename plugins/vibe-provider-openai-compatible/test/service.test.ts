import {expect} from 'chai'
import {readFile} from 'node:fs/promises'
import {jsonReply, type Reply} from 'vibe-plugin-testkit'
import {createProvider} from '../src/index.ts'
import {contextFor, errorOf, withServer} from './helpers.ts'

const options = () => ({signal: new AbortController().signal})

describe('openai-compatible models, connection and embeddings', () => {
  const lists: Array<[string, unknown, object[]]> = [
    [
      'OpenAI',
      {data: [{id: 'gpt'}, {id: 'text-embedding-x'}]},
      [
        {id: 'gpt', kind: 'chat'},
        {id: 'text-embedding-x', kind: 'embedding'},
      ],
    ],
    ['vLLM', {data: [{id: 'q', max_model_len: 32768}]}, [{id: 'q', kind: 'chat', contextWindow: 32768}]],
    ['llama.cpp', {data: [{id: 'l', meta: {n_ctx_train: 8192}}]}, [{id: 'l', kind: 'chat', contextWindow: 8192}]],
    [
      'a router',
      {
        data: [
          {
            id: 'v/m',
            name: 'M',
            context_length: 1000,
            top_provider: {max_completion_tokens: 100},
            architecture: {input_modalities: ['text', 'image']},
            supported_parameters: ['tools'],
            pricing: {prompt: '0.0000025', completion: '0.00001', request: '0'},
          },
        ],
      },
      [
        {
          id: 'v/m',
          kind: 'chat',
          name: 'M',
          contextWindow: 1000,
          maxOutput: 100,
          input: ['text', 'image'],
          tools: true,
          price: {input: 2.5, output: 10},
        },
      ],
    ],
    [
      'free',
      {data: [{id: 'f', pricing: {prompt: '0', completion: '0'}}]},
      [{id: 'f', kind: 'chat', price: {input: 0, output: 0, free: true}}],
    ],
    ['a bare array with junk', [{id: 'b'}, 7, null, {}], [{id: 'b', kind: 'chat'}]],
  ]
  for (const [name, answer, models] of lists) {
    it(`lists the models of ${name}`, () =>
      withServer(
        () => jsonReply(answer),
        async ({url, requests}) => {
          expect(await createProvider(contextFor(url)).listModels?.(options())).to.deep.equal(models)
          expect(requests[0]).to.include({method: 'GET', path: '/models'})
        },
      ))
  }

  it('refuses what is no list', async () => {
    for (const reply of [
      jsonReply({hello: 1}),
      {headers: {'content-type': 'text/html'}, steps: [{write: '<html>login</html>'}]} satisfies Reply,
    ]) {
      await withServer(
        () => reply,
        async ({url}) => {
          expect(await errorOf(Promise.resolve(createProvider(contextFor(url)).listModels?.(options())))).to.include({
            code: 'bad-response',
          })
        },
      )
    }
  })

  it('proves a connection, reports a refusal, and warns where models are not listed', async () => {
    await withServer(
      () => jsonReply({data: [{id: 'a'}]}),
      async ({url}) => {
        const report = await createProvider(contextFor(url)).validateConnection(options())
        expect(report).to.deep.include({ok: true, modelsSeen: 1, warnings: []})
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
      () => jsonReply({}, 404),
      async ({url}) => {
        const report = await createProvider(contextFor(url)).validateConnection(options())
        expect(report).to.have.nested.property('warnings[0].feature', 'modelListing')
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
      async ({url, requests}) => {
        const result = await createProvider(contextFor(url)).embed?.(
          {model: 'e', texts: ['a', 'b'], dimensions: 1},
          options(),
        )
        expect(result)
          .to.deep.include({vectors: [[1], [2]]})
          .and.have.nested.property('usage.input', 4)
        expect(requests[0]?.json).to.deep.equal({
          model: 'e',
          input: ['a', 'b'],
          encoding_format: 'float',
          dimensions: 1,
        })
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

  it('has a manifest with defaults that the code understands', async () => {
    const manifest = JSON.parse(await readFile(new URL('../vibe.provider.json', import.meta.url), 'utf8')) as {
      id: string
      settings: {properties: Record<string, {default: unknown}>}
    }
    expect(manifest.id).to.equal('openai-compatible')
    expect(Object.keys(manifest.settings.properties)).to.deep.equal([
      'maxTokensField',
      'streaming',
      'streamUsage',
      'replayReasoning',
    ])
  })
})
